package io.dynamo.core.planted;

import java.util.ArrayList;
import java.util.List;

/**
 * A bug put into the product on purpose, to see whether the simulator finds it: a patch of the product's source, so that the
 * product itself has no switch for it.
 *
 * @param name what it is
 * @param patches where it is
 * @param breaks the invariants by which it is found; one of them is enough
 * @param profile the simulation's profile that finds it
 * @param seed the first seed of that profile that does
 */
record PlantedBug(String name, List<Patch> patches, List<String> breaks, String profile, long seed) {

    /**
     * One changed place of a source.
     *
     * @param file below the sources, without its ending
     * @param text what stands there, and nowhere else in the file
     * @param instead what shall stand there
     */
    record Patch(String file, String text, String instead) {

        /** The source with the bug in it. */
        String apply(String source) {
            int at = source.indexOf(text);
            if (at < 0 || source.indexOf(text, at + 1) >= 0) {
                throw new IllegalStateException("a planted bug does not fit any more: " + file
                        + " must have exactly once\n" + text + "\nplant it where that has gone to");
            }
            return source.substring(0, at) + instead + source.substring(at + text.length());
        }
    }

    static PlantedBug named(String name) {
        return new PlantedBug(name, List.of(), List.of(), "swarm", 0);
    }

    /** Planted here as well. */
    PlantedBug in(String file, String text, String instead) {
        List<Patch> more = new ArrayList<>(patches);
        more.add(new Patch("io/dynamo/core/" + file, text, instead));
        return new PlantedBug(name, List.copyOf(more), breaks, profile, seed);
    }

    PlantedBug breaks(String... invariants) {
        return new PlantedBug(name, patches, List.of(invariants), profile, seed);
    }

    PlantedBug foundBy(String finder, long first) {
        return new PlantedBug(name, patches, breaks, finder, first);
    }

    /** Whether a violation is one by which this bug shows. */
    boolean isShownBy(String violation) {
        return breaks.contains(invariantOf(violation));
    }

    /** The name that a violation begins with. */
    static String invariantOf(String violation) {
        int space = violation.indexOf(' ');
        return space < 0 ? violation : violation.substring(0, space);
    }

    @Override
    public String toString() {
        return name;
    }
}
