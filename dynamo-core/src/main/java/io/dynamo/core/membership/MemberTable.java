package io.dynamo.core.membership;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What is known of the data directories of the members: which of them some node has let in, and which another one took the
 * place of. Tables of nodes are merged in any order, any number of times, and all who have merged the same know the same:
 * what was retired stays so, and takes what is present with it.
 *
 * <p>Of each member the {@value #KEPT} that were retired last are kept. A node that was away while more came after one may
 * call that one present again; then it is one that nobody came on for as long, and a rival of those that do come
 * ({@link Directories}).
 *
 * <p>Pure, and never changed.
 */
final class MemberTable {

    static final int KEPT = 128;
    static final MemberTable EMPTY = new MemberTable(new TreeMap<>());

    private static final Entry NOTHING = Entry.of(List.of(), new TreeMap<>());

    private final NavigableMap<String, Entry> entries;
    private final long digest;

    private MemberTable(NavigableMap<String, Entry> entries) {
        this.entries = Collections.unmodifiableNavigableMap(entries);
        this.digest = MemberTableCodec.digest(this);
    }

    /**
     * What is known of one member.
     *
     * @param present what some node has let in, and nobody has retired
     * @param retired when others took their places: each is later than those with lower numbers, as who retired it knew
     */
    record Entry(NavigableSet<DirectoryId> present, NavigableMap<DirectoryId, Integer> retired) {

        /** What is retired is not present; and so many of both are kept. */
        static Entry of(Collection<DirectoryId> present, Map<DirectoryId, Integer> retired) {
            NavigableSet<DirectoryId> left = new TreeSet<>(present);
            left.removeAll(retired.keySet());
            while (left.size() > KEPT) {
                left.remove(left.last());
            }
            return new Entry(
                    Collections.unmodifiableNavigableSet(left), Collections.unmodifiableNavigableMap(latest(retired)));
        }

        private static NavigableMap<DirectoryId, Integer> latest(Map<DirectoryId, Integer> retired) {
            NavigableMap<DirectoryId, Integer> all = new TreeMap<>(retired);
            if (all.size() > KEPT) {
                List<DirectoryId> oldestFirst = all.entrySet().stream()
                        .sorted(Map.Entry.<DirectoryId, Integer>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey)
                        .toList();
                oldestFirst.subList(0, all.size() - KEPT).forEach(all::remove);
            }
            return all;
        }

        boolean isRetired(DirectoryId directory) {
            return retired.containsKey(directory);
        }

        private Entry merge(Entry other) {
            NavigableSet<DirectoryId> bothPresent = new TreeSet<>(present);
            bothPresent.addAll(other.present);
            NavigableMap<DirectoryId, Integer> bothRetired = new TreeMap<>(retired);
            other.retired.forEach((directory, ordinal) -> bothRetired.merge(directory, ordinal, Math::max));
            return of(bothPresent, bothRetired);
        }
    }

    /** Of what was read; a member of whom nothing is known is left out. */
    static MemberTable of(Map<String, Entry> entries) {
        NavigableMap<String, Entry> known = new TreeMap<>(entries);
        known.values().removeIf(NOTHING::equals);
        return new MemberTable(known);
    }

    Entry of(String member) {
        return entries.getOrDefault(member, NOTHING);
    }

    NavigableMap<String, Entry> entries() {
        return entries;
    }

    /** The part of it that is about some members. */
    MemberTable only(Predicate<String> members) {
        NavigableMap<String, Entry> some = new TreeMap<>(entries);
        some.keySet().removeIf(members.negate());
        return new MemberTable(some);
    }

    /** What both know; this table itself if that is all. */
    MemberTable merge(MemberTable other) {
        NavigableMap<String, Entry> both = new TreeMap<>(entries);
        other.entries.forEach((member, entry) -> both.merge(member, entry, Entry::merge));
        return both.equals(entries) ? this : new MemberTable(both);
    }

    /** A member's directory was let in; that says nothing of one that is retired. */
    MemberTable with(String member, DirectoryId directory) {
        return merge(new MemberTable(one(member, Entry.of(List.of(directory), new TreeMap<>()))));
    }

    /** Another directory took the place of these. */
    MemberTable retire(String member, Collection<DirectoryId> old) {
        int last = of(member).retired().values().stream().max(Integer::compare).orElse(0);
        NavigableMap<DirectoryId, Integer> retired = new TreeMap<>();
        old.forEach(directory -> retired.put(directory, last + 1));
        return merge(new MemberTable(one(member, Entry.of(List.of(), retired))));
    }

    private static NavigableMap<String, Entry> one(String member, Entry entry) {
        NavigableMap<String, Entry> one = new TreeMap<>();
        one.put(member, entry);
        return one;
    }

    /** Equal for equal tables, and for no others. */
    long digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberTable table && entries.equals(table.entries);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(digest);
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
