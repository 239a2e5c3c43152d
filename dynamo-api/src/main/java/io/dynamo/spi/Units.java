package io.dynamo.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How durations, sizes and unknown names are read in every part of the configuration. */
public final class Units {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("\\s*(\\d+)\\s*([a-zA-Z]*)\\s*");
    private static final Map<String, Duration> TIMES = Map.of(
            "", Duration.ofMillis(1),
            "us", Duration.ofNanos(1_000),
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES = Map.of(
            "", 1L, "b", 1L, "k", 1L << 10, "kib", 1L << 10, "m", 1L << 20, "mib", 1L << 20, "g", 1L << 30, "gib",
            1L << 30);

    private Units() {}

    /**
     * Reads a duration; a bare number means milliseconds.
     *
     * @param text for example {@code 500ms}
     * @return null if it is not one
     */
    public static @Nullable Duration duration(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        Duration unit = matcher.matches() ? TIMES.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        try {
            return unit == null ? null : unit.multipliedBy(Long.parseLong(matcher.group(1)));
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * Reads a size; a bare number means bytes.
     *
     * @param text for example {@code 64MiB}
     * @return bytes; null if it is not a size
     */
    public static @Nullable Long bytes(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        Long unit = matcher.matches() ? SIZES.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        try {
            return unit == null ? null : Math.multiplyExact(unit, Long.parseLong(matcher.group(1)));
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * The known name that is fewest edits away.
     *
     * @param name an unknown name
     * @param known the known ones
     * @return the nearest; {@code (none)} if nothing is known
     */
    public static String nearest(String name, Collection<String> known) {
        String best = "(none)";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
