package io.dynamo.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingTest {

    private static final BigInteger HALF = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger CIRCLE = BigInteger.ONE.shiftLeft(128);

    /** The test strings of RFC 1321. */
    @ParameterizedTest
    @CsvSource({
        "'', d41d8cd98f00b204",
        "a, 0cc175b9c0f1b6a8",
        "abc, 900150983cd24fb0",
        "message digest, f96b697d7cb7938d",
        "abcdefghijklmnopqrstuvwxyz, c3fcd3d76192e400",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789, d174ab98d277d9f5",
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890, 57edf4a22be3c955",
    })
    void position_isTheUpperHalfOfMd5(String key, String hex) {
        assertThat(Ring.position(key.getBytes(StandardCharsets.US_ASCII))).isEqualTo(Long.parseUnsignedLong(hex, 16));
        assertThat(Ring.HASH).isEqualTo("md5");
    }

    /** What lies in data directories: a key's partition never changes. */
    @ParameterizedTest
    @CsvSource({"alice, 256, 99", "alice, 100, 38", "bob, 256, 159", "bob, 1000, 623", "'', 256, 212", "a, 3, 0"})
    void partition_ofAKey_isWhatItEverWas(String key, int partitions, int expected) {
        assertThat(Ring.partition(Ring.position(key.getBytes(StandardCharsets.US_ASCII)), partitions))
                .isEqualTo(expected);
    }

    @Test
    void partition_anyPositionAndAnyQ_isExact() {
        Cases.check(10_000, random -> {
            int partitions = random.nextInt(1, 1 << random.nextInt(1, 17));
            long position = random.nextLong();
            assertThat(Ring.partition(position, partitions)).isEqualTo(exact(position, partitions));
        });
    }

    @Test
    void partition_atEveryBoundary_isExact() {
        for (int partitions = 1; partitions <= 300; partitions++) {
            for (int i = 0; i < partitions; i++) {
                long first = ceiling(HALF.multiply(BigInteger.valueOf(i)), partitions)
                        .longValue();
                assertThat(Ring.partition(first, partitions)).isEqualTo(i);
                assertThat(Ring.partition(first - 1, partitions)).isEqualTo(i == 0 ? partitions - 1 : i - 1);
            }
        }
    }

    /** The whole hash would decide otherwise only between a boundary and the next multiple of 2^64. */
    @Test
    void partition_ofTheWholeHash_isTheSame_exceptBelowARoundedBoundary() {
        for (int partitions : new int[] {1, 2, 3, 7, 10, 100, 255, 256, 1000, 1024}) {
            for (int i = 1; i < partitions; i++) {
                BigInteger first = ceiling(CIRCLE.multiply(BigInteger.valueOf(i)), partitions);
                BigInteger rounded = ceiling(first, HALF).multiply(HALF);
                assertThat(partitionOf(first.subtract(BigInteger.ONE), partitions))
                        .isEqualTo(i - 1);
                assertThat(partitionOf(rounded, partitions)).isEqualTo(i);
                assertThat(partitionOf(rounded.subtract(BigInteger.ONE), partitions))
                        .isEqualTo(i - 1);
                assertThat(first.equals(rounded)).as("nothing is rounded").isEqualTo(i * 1024 % partitions == 0);
            }
        }
    }

    @Test
    void partition_overTheCircle_isMonotone_andCountsToTheLast() {
        for (int partitions = 1; partitions <= 1024; partitions++) {
            assertThat(Ring.partition(0, partitions)).isZero();
            assertThat(Ring.partition(-1, partitions)).isEqualTo(partitions - 1);
            assertThat(Ring.partition(Long.MAX_VALUE, partitions)).isEqualTo((partitions - 1) / 2);
            assertThat(Ring.partition(Long.MIN_VALUE, partitions)).isEqualTo(partitions / 2);
        }
    }

    private static int partitionOf(BigInteger hash, int partitions) {
        return Ring.partition(hash.shiftRight(64).longValue(), partitions);
    }

    private static int exact(long position, int partitions) {
        BigInteger unsigned = new BigInteger(Long.toUnsignedString(position));
        return unsigned.multiply(BigInteger.valueOf(partitions)).divide(HALF).intValueExact();
    }

    private static BigInteger ceiling(BigInteger number, int divisor) {
        return ceiling(number, BigInteger.valueOf(divisor));
    }

    private static BigInteger ceiling(BigInteger number, BigInteger divisor) {
        BigInteger[] parts = number.divideAndRemainder(divisor);
        return parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
    }
}
