package io.dynamo.core.sim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What clients write: values that tell which write they are of, and whether anything in them was changed. */
final class Values {

    private static final Pattern FORM = Pattern.compile("(.+)#(\\d{1,9})/([0-9a-f]{8})", Pattern.DOTALL);

    private Values() {}

    /** The value of a write. */
    static String of(String key, int number) {
        String named = key + "#" + number;
        return named + "/" + checksum(named);
    }

    /** The write that a value is of; -1 if it is damaged, or of another key. */
    static int numberIn(String key, String value) {
        Matcher form = FORM.matcher(value);
        return form.matches() && form.group(1).equals(key) && value.equals(of(key, number(form))) ? number(form) : -1;
    }

    /** The write that a value is of, whatever its key; -1 if it is damaged. */
    static int numberIn(byte[] value) {
        Matcher form = FORM.matcher(new String(value, StandardCharsets.UTF_8));
        return form.matches() ? numberIn(form.group(1), form.group()) : -1;
    }

    /** The key that a value is of; empty if it is damaged. */
    static String keyIn(byte @Nullable [] value) {
        Matcher form = FORM.matcher(value == null ? "" : new String(value, StandardCharsets.UTF_8));
        return form.matches() ? form.group(1) : "";
    }

    /** A value for those who read what is wrong with it, beginning with its key. */
    static String told(byte[] value) {
        Matcher form = FORM.matcher(new String(value, StandardCharsets.UTF_8));
        return form.matches() ? form.group(1) + ": #" + form.group(2) : "a damaged value";
    }

    private static int number(Matcher form) {
        return Integer.parseInt(form.group(2));
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
