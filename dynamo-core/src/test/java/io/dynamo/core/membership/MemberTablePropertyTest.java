package io.dynamo.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tables are a join-semilattice: whoever has heard of the same, in any order and however often, knows the same. */
class MemberTablePropertyTest {

    private static final List<String> MEMBERS = List.of("a", "b", "c");

    /** The same, written down another way: a list of all that was ever said, that nothing is taken out of. */
    private record Said(Set<String> present, Map<String, Integer> retired) {

        static Said nothing() {
            return new Said(new TreeSet<>(), new TreeMap<>());
        }

        Said copy() {
            return new Said(new TreeSet<>(present), new TreeMap<>(retired));
        }

        void with(String member, int directory) {
            present.add(member + directory);
        }

        void retire(String member, int directory) {
            int last = 0;
            for (Map.Entry<String, Integer> one : retired.entrySet()) {
                last = one.getKey().startsWith(member) ? Math.max(last, one.getValue()) : last;
            }
            retired.put(member + directory, last + 1);
        }

        void hear(Said other) {
            present.addAll(other.present);
            other.retired.forEach(
                    (name, ordinal) -> retired.put(name, Math.max(ordinal, retired.getOrDefault(name, 0))));
        }

        String show() {
            Set<String> left = new TreeSet<>(present);
            left.removeIf(retired::containsKey);
            return left + " " + retired;
        }
    }

    private static String show(MemberTable table) {
        Set<String> present = new TreeSet<>();
        Map<String, Integer> retired = new TreeMap<>();
        table.entries().forEach((member, entry) -> {
            entry.present().forEach(directory -> present.add(member + directory.low()));
            entry.retired().forEach((directory, ordinal) -> retired.put(member + directory.low(), ordinal));
        });
        return present + " " + retired;
    }

    /** One node: what it knows, and what the model says it should. */
    private static final class Node {
        MemberTable table = MemberTable.EMPTY;
        Said said = Said.nothing();

        void step(SplittableRandom random, List<Node> all) {
            String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
            int directory = random.nextInt(6);
            switch (random.nextInt(3)) {
                case 0 -> {
                    table = table.with(member, id(directory));
                    said.with(member, directory);
                }
                case 1 -> {
                    table = table.retire(member, List.of(id(directory)));
                    said.retire(member, directory);
                }
                default -> {
                    Node other = all.get(random.nextInt(all.size()));
                    table = table.merge(other.table);
                    said.hear(other.said.copy());
                }
            }
        }
    }

    private static DirectoryId id(int number) {
        return new DirectoryId(0, number);
    }

    private static List<Node> generated(SplittableRandom random) {
        List<Node> nodes = List.of(new Node(), new Node(), new Node());
        int steps = random.nextInt(1, 40);
        for (int i = 0; i < steps; i++) {
            nodes.get(random.nextInt(nodes.size())).step(random, nodes);
        }
        return nodes;
    }

    @Test
    void tables_knowWhatTheModelKnows() {
        Cases.check(10_000, random -> {
            for (Node node : generated(random)) {
                assertThat(show(node.table)).isEqualTo(node.said.show());
                assertThat(MemberTableCodec.decode(MemberTableCodec.encode(node.table)))
                        .isEqualTo(node.table);
            }
        });
    }

    @Test
    void merge_isCommutative_associative_idempotent_andGrows() {
        Cases.check(10_000, random -> {
            List<Node> nodes = generated(random);
            MemberTable a = nodes.get(0).table;
            MemberTable b = nodes.get(1).table;
            MemberTable c = nodes.get(2).table;

            assertThat(a.merge(b)).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.merge(a)).isSameAs(a);
            assertThat(a.merge(b).merge(b)).isEqualTo(a.merge(b));
            assertThat(a.merge(b).merge(a).digest()).isEqualTo(b.merge(a).digest());
            assertThat(a.digest() == b.digest()).isEqualTo(a.equals(b));
        });
    }

    /** What was cut may be called present again; what all end with is the same for all the same. */
    @Test
    void moreThanIsKept_nodesThatTellEachOther_endAlike() {
        Cases.check(300, random -> {
            List<MemberTable> tables = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                MemberTable table = MemberTable.EMPTY;
                int count = random.nextInt(2 * MemberTable.KEPT);
                for (int i = 0; i < count; i++) {
                    DirectoryId directory = id(random.nextInt(3 * MemberTable.KEPT));
                    table = random.nextInt(10) == 0
                            ? table.with("a", directory)
                            : table.retire("a", List.of(directory));
                }
                tables.add(table);
            }
            // One round to each from each, and another one with what came of it.
            for (int round = 0; round < 2; round++) {
                for (int to = 0; to < 3; to++) {
                    for (int from = 0; from < 3; from++) {
                        tables.set(to, tables.get(to).merge(tables.get(from)));
                    }
                }
            }

            assertThat(tables.get(0)).isEqualTo(tables.get(1)).isEqualTo(tables.get(2));
            assertThat(tables.get(0).of("a").retired()).hasSizeLessThanOrEqualTo(MemberTable.KEPT);
        });
    }
}
