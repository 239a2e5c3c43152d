package io.dynamo.core.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashTreeTest {

    private record Leaf(long spread, Digest digest) {}

    private static Digest random(SplittableRandom random) {
        return new Digest(random.nextLong(), random.nextLong());
    }

    /** The digest of all leaves below a prefix, the slow way. */
    private static Digest naive(List<Leaf> leaves, Prefix prefix) {
        Digest sum = Digest.NONE;
        for (Leaf leaf : leaves) {
            if (Long.compareUnsigned(leaf.spread(), prefix.first()) >= 0
                    && Long.compareUnsigned(leaf.spread(), prefix.last()) <= 0) {
                sum = sum.xor(leaf.digest());
            }
        }
        return sum;
    }

    @Test
    void everyNode_isTheSumOfItsLeaves_atEveryLevel() {
        Cases.check(300, random -> {
            int level = random.nextInt(4);
            HashTree tree = new HashTree(level);
            List<Leaf> leaves = new ArrayList<>();
            int count = random.nextInt(200);
            for (int i = 0; i < count; i++) {
                change(tree, leaves, random);
            }
            assertThat(tree.count()).isEqualTo(leaves.size());
            assertThat(tree.root()).isEqualTo(naive(leaves, Prefix.ROOT));
            Prefix prefix = Prefix.ROOT;
            while (prefix.depth() < level) {
                Digest[] children = tree.children(prefix);
                for (int child = 0; child < Prefix.FAN_OUT; child++) {
                    assertThat(children[child]).isEqualTo(naive(leaves, prefix.child(child)));
                }
                prefix = prefix.child(random.nextInt(Prefix.FAN_OUT));
            }
        });
    }

    private static void change(HashTree tree, List<Leaf> leaves, SplittableRandom random) {
        if (!leaves.isEmpty() && random.nextInt(3) == 0) {
            Leaf old = leaves.remove(random.nextInt(leaves.size()));
            Digest after = random.nextBoolean() ? Digest.NONE : random(random);
            tree.change(old.spread(), old.digest(), after);
            if (!after.equals(Digest.NONE)) {
                leaves.add(new Leaf(old.spread(), after));
            }
        } else {
            Leaf fresh = new Leaf(random.nextLong(), random(random));
            tree.change(fresh.spread(), Digest.NONE, fresh.digest());
            leaves.add(fresh);
        }
    }

    @Test
    void treesOfDifferentLevels_agreeOnTheNodesTheyShare() {
        SplittableRandom random = new SplittableRandom(7);
        HashTree fine = new HashTree(4);
        HashTree coarse = new HashTree(1);
        for (int i = 0; i < 5_000; i++) {
            long spread = random.nextLong();
            Digest digest = random(random);
            fine.change(spread, Digest.NONE, digest);
            coarse.change(spread, Digest.NONE, digest);
        }
        assertThat(fine.root()).isEqualTo(coarse.root());
        assertThat(fine.children(Prefix.ROOT)).isEqualTo(coarse.children(Prefix.ROOT));
    }

    @Test
    void level_growsAndShrinks_withRoomBetween() {
        assertThat(HashTree.levelFor(0)).isZero();
        assertThat(HashTree.levelFor(64)).isZero();
        assertThat(HashTree.levelFor(65)).isEqualTo(1);
        assertThat(HashTree.levelFor(1_000_000)).isEqualTo(4);
        assertThat(HashTree.levelFor(Long.MAX_VALUE)).isEqualTo(HashTree.LEVEL_MAX);
        HashTree tree = new HashTree(1);
        assertThat(tree.isOutgrown()).isTrue();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 32; i++) {
            tree.change(random.nextLong(), Digest.NONE, random(random));
        }
        assertThat(tree.isOutgrown()).isFalse();
        for (int i = 32; i <= 1_024; i++) {
            tree.change(random.nextLong(), Digest.NONE, random(random));
        }
        assertThat(tree.isOutgrown()).isTrue();
    }

    @Test
    void prefix_namesARangeOfSpreads() {
        assertThat(Prefix.ROOT.first()).isZero();
        assertThat(Prefix.ROOT.last()).isEqualTo(-1);
        Prefix f0 = Prefix.ROOT.child(15).child(0);
        assertThat(f0.first()).isEqualTo(0xf000_0000_0000_0000L);
        assertThat(f0.last()).isEqualTo(0xf0ff_ffff_ffff_ffffL);
        assertThat(f0).hasToString("f0");
        assertThatThrownBy(() -> new Prefix(1, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HashTree(0).children(Prefix.ROOT)).isInstanceOf(IllegalArgumentException.class);
    }
}
