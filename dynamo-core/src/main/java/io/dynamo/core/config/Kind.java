package io.dynamo.core.config;

import io.dynamo.spi.Units;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in a setting.
 *
 * @param allowed type and range with units, as shown to who got it wrong
 * @param parser gives null for what is not allowed
 * @param <T> the type of the value
 */
record Kind<T>(String allowed, Function<String, @Nullable T> parser) {

    static Kind<Integer> number(int min, int max) {
        return new Kind<>("a whole number from " + min + " to " + max, text -> {
            int number = Integer.parseInt(text.trim());
            return number < min || number > max ? null : number;
        });
    }

    /** Empty stands for off. */
    static Kind<Optional<Integer>> numberOrOff(int min, int max) {
        Kind<Integer> number = number(min, max);
        return new Kind<>("off, or " + number.allowed(), text -> {
            if (text.equals("off")) {
                return Optional.empty();
            }
            Integer given = number.parse(text);
            return given == null ? null : Optional.of(given);
        });
    }

    /** {@code min} and {@code max} as a user would write them. */
    static Kind<Long> bytes(String min, String max) {
        long least = size(min);
        long most = size(max);
        return new Kind<>("a size from " + min + " to " + max, text -> {
            Long size = Units.bytes(text);
            return size == null || size < least || size > most ? null : size;
        });
    }

    /** {@code min} and {@code max} as a user would write them. */
    static Kind<Duration> duration(String min, String max) {
        Duration least = time(min);
        Duration most = time(max);
        return new Kind<>("a duration from " + min + " to " + max, text -> {
            Duration duration = Units.duration(text);
            return duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0 ? null : duration;
        });
    }

    static Kind<Optional<Duration>> durationOrOff(String min, String max) {
        Kind<Duration> duration = duration(min, max);
        return new Kind<>("off, or " + duration.allowed(), text -> {
            Duration parsed = text.equals("off") ? null : duration.parse(text);
            return parsed == null && !text.equals("off") ? null : Optional.ofNullable(parsed);
        });
    }

    static Kind<Double> share() {
        return new Kind<>("a number from 0 to 1", text -> {
            double share = Double.parseDouble(text.trim());
            return share >= 0 && share <= 1 ? share : null;
        });
    }

    static Kind<String> choice(String... values) {
        List<String> choices = List.of(values);
        return new Kind<>("one of " + String.join(", ", choices), text -> choices.contains(text) ? text : null);
    }

    static Kind<String> text(int lengthMax) {
        String allowed = "text of 1 to " + lengthMax + " characters";
        return new Kind<>(allowed, text -> text.isBlank() || text.length() > lengthMax ? null : text);
    }

    static Kind<String> textOrEmpty(int lengthMax) {
        return new Kind<>(
                "text of at most " + lengthMax + " characters", text -> text.length() > lengthMax ? null : text);
    }

    static Kind<String> name() {
        String allowed = "1 to 64 letters, digits, dots, hyphens or underscores";
        return new Kind<>(allowed, text -> text.matches("[A-Za-z0-9._-]{1,64}") ? text : null);
    }

    static Kind<String> address() {
        String allowed = "host:port with a port from 1 to 65535, several separated by commas";
        return new Kind<>(allowed, text -> {
            for (String one : text.split(",", -1)) {
                int colon = one.lastIndexOf(':');
                int port = Integer.parseInt(one.substring(colon + 1).trim());
                if (colon < 1 || one.substring(0, colon).isBlank() || port < 1 || port > 65535) {
                    return null;
                }
            }
            return text;
        });
    }

    /** The value, or null if it is not allowed. */
    @Nullable
    T parse(String text) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static long size(String text) {
        Long size = Units.bytes(text);
        if (size == null) {
            throw new IllegalArgumentException(text);
        }
        return size;
    }

    private static Duration time(String text) {
        Duration duration = Units.duration(text);
        if (duration == null) {
            throw new IllegalArgumentException(text);
        }
        return duration;
    }
}
