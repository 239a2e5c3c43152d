package io.dynamo.remote;

import io.dynamo.remote.proto.Member;
import io.dynamo.remote.proto.RingResponse;
import io.dynamo.spi.Address;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The placement of a cluster as a client knows it (Dynamo §6.4). Immutable.
 *
 * @param digest which placement it is
 * @param members where all of them are
 * @param partitions for each partition members in the order in which they are responsible
 */
record Ring(long digest, List<Address> members, List<List<Address>> partitions) {

    static Ring of(RingResponse response) {
        List<Address> members =
                response.getMembersList().stream().map(Ring::address).toList();
        List<List<Address>> partitions = response.getPartitionsList().stream()
                .map(list -> list.getMemberList().stream().map(members::get).toList())
                .toList();
        if (members.isEmpty() || partitions.isEmpty()) {
            throw new IllegalArgumentException("a ring without members or partitions");
        }
        return new Ring(response.getDigest(), members, partitions);
    }

    private static Address address(Member member) {
        return new Address(member.getHost(), member.getPort());
    }

    /** Nodes in the order in which they are responsible for a key. */
    List<Address> preferenceList(String key) {
        return partitions.get(partition(key));
    }

    private int partition(String key) {
        byte[] hash = md5().digest(key.getBytes(StandardCharsets.UTF_8));
        long position = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            position = (position << Byte.SIZE) | (hash[i] & 0xff);
        }
        // The upper half of the unsigned product position * Q.
        long high = Math.multiplyHigh(position, partitions.size());
        return (int) (position < 0 ? high + partitions.size() : high);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
