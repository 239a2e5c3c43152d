package io.dynamo.core.sim;

/** Runs seeds from the command line: {@code SimSeeds FIRST COUNT}; prints those that break a promise. */
final class SimSeeds {

    private SimSeeds() {}

    public static void main(String[] args) {
        long first = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        int stories = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        long began = System.nanoTime();
        long events = 0;
        int bad = 0;
        long firstBad = -1;
        for (long seed = first; seed < first + count; seed++) {
            Scenario.Result result = Scenario.run(seed);
            events += result.events();
            if (!result.violations().isEmpty()) {
                bad++;
                firstBad = firstBad < 0 ? seed : firstBad;
                System.out.println("seed " + seed + ": " + result.violations().size() + " "
                        + result.violations().get(0));
                if (stories-- > 0) {
                    System.out.println(result.story());
                }
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "seeds %d violations %d first %d events %d in %.1f s = %.0f events/s%n",
                count, bad, firstBad, events, seconds, events / seconds);
    }
}
