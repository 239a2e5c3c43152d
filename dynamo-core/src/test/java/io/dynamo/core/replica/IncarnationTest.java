package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.causality.Actor;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Wide enough never to collide: 48 bits of time, 32 of the directory, 48 of chance (traps T3, T5). */
class IncarnationTest {

    private static final int RUNS = 200_000;

    private static byte[] directory(long seed) {
        byte[] directory = new byte[16];
        new SplittableRandom(seed).nextBytes(directory);
        return directory;
    }

    /**
     * The worst case: so many copies of one directory, all started in the same millisecond, that they are told apart by
     * chance alone. By the birthday bound two hundred thousand of them collide once in 14,000 tries.
     */
    @Test
    void incarnations_ofCopiesStartedTogether_neverCollide() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] copied = directory(7);
        TreeSet<Actor> actors = new TreeSet<>();
        for (int run = 0; run < RUNS; run++) {
            actors.add(Incarnation.of(1_700_000_000_000L, copied, random.nextLong())
                    .draw());
        }
        assertThat(actors).hasSize(RUNS);
    }

    /** Every bit of each part counts, so that none of the width is wasted. */
    @Test
    void incarnation_everyBitOfItsPartsTellsRunsApart() {
        Incarnation base = Incarnation.of(0, new byte[16], 0);
        TreeSet<Actor> actors = new TreeSet<>();
        actors.add(base.draw());
        for (int bit = 0; bit < 48; bit++) {
            actors.add(Incarnation.of(1L << bit, new byte[16], 0).draw());
            actors.add(Incarnation.of(0, new byte[16], 1L << bit).draw());
        }
        for (int bit = 0; bit < 32; bit++) {
            byte[] directory = new byte[16];
            directory[bit / 8] = (byte) (1 << bit % 8);
            actors.add(Incarnation.of(0, directory, 0).draw());
        }
        assertThat(actors).hasSize(1 + 48 + 48 + 32);
    }

    @Test
    void actors_ofOneRun_neverCollide() {
        Incarnation run = Incarnation.of(5, directory(1), 9);
        TreeSet<Actor> actors = new TreeSet<>();
        for (int i = 0; i < 10_000; i++) {
            actors.add(run.draw());
        }
        assertThat(actors).hasSize(10_000).allMatch(run::drew);
    }
}
