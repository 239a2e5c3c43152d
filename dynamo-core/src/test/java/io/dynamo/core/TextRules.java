package io.dynamo.core;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Judges the text of any file of the repository. */
final class TextRules {
    private static final Pattern LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
    private static final Pattern MACHINE_PATH = Pattern.compile("(?<![\\w.~}\\-])/(ro" + "ot|wo" + "rk)/");

    private TextRules() {}

    static List<String> violations(String path, String text) {
        List<String> found = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String where = path + ":" + (i + 1) + ": ";
            if (LATER.matcher(lines.get(i)).find()) {
                found.add(where + "a note for later: do it now, or open an issue");
            }
            if (MACHINE_PATH.matcher(lines.get(i)).find()) {
                found.add(
                        where + "a path of one machine: make it relative to the repository, or a temporary directory");
            }
        }
        return found;
    }
}
