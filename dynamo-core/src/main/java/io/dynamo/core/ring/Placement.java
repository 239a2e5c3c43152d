package io.dynamo.core.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Who owns which partition: an immutable snapshot that requests read (Dynamo §4.3). Every node computes the same one from
 * the same members.
 *
 * <p>A preference list starts at the owner of the key's partition and walks clockwise, taking each physical node once. Its
 * first N are the primaries; the others stand in when primaries are down.
 */
public final class Placement {

    private final List<RingMember> members;
    private final int[] owners;
    private final int[][] lists;
    private final long digest;

    private Placement(List<RingMember> members, int[] owners) {
        this.members = members;
        this.owners = owners;
        this.lists = new int[owners.length][];
        for (int partition = 0; partition < owners.length; partition++) {
            lists[partition] = walk(partition);
        }
        this.digest = computeDigest();
    }

    /**
     * The placement of a new cluster.
     *
     * @param members in any order; ids are distinct
     * @param partitions Q
     * @return the placement
     * @throws IllegalArgumentException if there are more members than partitions, no members, or an id twice
     */
    public static Placement of(List<RingMember> members, int partitions) {
        List<RingMember> sorted =
                members.stream().sorted(Comparator.comparing(RingMember::id)).toList();
        if (sorted.isEmpty() || sorted.size() > partitions) {
            throw new IllegalArgumentException(sorted.size() + " members on " + partitions
                    + " partitions; there must be at least one member, and a partition for each");
        }
        checkIds(sorted);
        return new Placement(sorted, Ownership.deal(sorted, partitions));
    }

    /**
     * A placement with given owners.
     *
     * @param members sorted by id
     * @param owners member index by partition
     * @return the placement
     * @throws IllegalArgumentException if an owner is no member, or the members are not sorted
     */
    public static Placement withOwners(List<RingMember> members, int[] owners) {
        checkIds(members);
        for (int partition = 0; partition < owners.length; partition++) {
            if (owners[partition] < 0 || owners[partition] >= members.size()) {
                throw new IllegalArgumentException("partition " + partition + " is given to member " + owners[partition]
                        + " of " + members.size());
            }
        }
        return new Placement(List.copyOf(members), owners.clone());
    }

    private static void checkIds(List<RingMember> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            int order = sorted.get(i - 1).id().compareTo(sorted.get(i).id());
            if (order >= 0) {
                throw new IllegalArgumentException(
                        "member " + sorted.get(i).id() + (order == 0 ? " twice" : " is not sorted by its id"));
            }
        }
    }

    /**
     * The members.
     *
     * @return sorted by id; lists name them by index
     */
    public List<RingMember> members() {
        return members;
    }

    /**
     * How many partitions there are.
     *
     * @return Q
     */
    public int partitions() {
        return owners.length;
    }

    /**
     * The node that a partition is dealt to.
     *
     * @param partition 0 to Q-1
     * @return a member's index
     */
    public int owner(int partition) {
        return owners[partition];
    }

    /**
     * The preference list of a partition: all members that own any, each once, the owner first.
     *
     * @param partition 0 to Q-1
     * @return member indexes; not to be changed
     */
    public int[] preferenceList(int partition) {
        return lists[partition];
    }

    /**
     * Identifies this placement among all others.
     *
     * @return equal for equal placements
     */
    public long digest() {
        return digest;
    }

    /** Clockwise; a node of a zone that is already there waits until every zone had its turn. */
    private int[] walk(int partition) {
        int[] clockwise = distinctClockwise(partition);
        int zones = (int) members.stream().map(RingMember::zone).distinct().count();
        if (zones == 1) {
            return clockwise;
        }
        int[] list = new int[clockwise.length];
        boolean[] taken = new boolean[clockwise.length];
        List<String> round = new ArrayList<>();
        for (int filled = 0; filled < list.length; ) {
            boolean progress = false;
            for (int i = 0; i < clockwise.length; i++) {
                String zone = members.get(clockwise[i]).zone();
                if (!taken[i] && !round.contains(zone)) {
                    taken[i] = true;
                    round.add(zone);
                    list[filled++] = clockwise[i];
                    progress = true;
                }
            }
            round.clear();
            if (!progress) {
                throw new IllegalStateException("a round over zones took nobody");
            }
        }
        return list;
    }

    private int[] distinctClockwise(int partition) {
        int[] list = new int[members.size()];
        boolean[] taken = new boolean[members.size()];
        int filled = 0;
        for (int step = 0; step < owners.length && filled < list.length; step++) {
            int owner = owners[(partition + step) % owners.length];
            if (!taken[owner]) {
                taken[owner] = true;
                list[filled++] = owner;
            }
        }
        return filled == list.length ? list : Arrays.copyOf(list, filled);
    }

    private long computeDigest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (RingMember member : members) {
                sha.update((member.id() + '\0' + member.weight() + '\0' + member.zone() + '\0')
                        .getBytes(StandardCharsets.UTF_8));
            }
            ByteBuffer table = ByteBuffer.allocate(owners.length * Integer.BYTES);
            table.asIntBuffer().put(owners);
            return ByteBuffer.wrap(sha.digest(table.array())).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
