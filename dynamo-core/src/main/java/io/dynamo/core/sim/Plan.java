package io.dynamo.core.sim;

import io.dynamo.core.sim.Step.Fault;
import io.dynamo.core.sim.Step.Operation;
import io.dynamo.core.sim.Step.Verb;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A run before it begins: a seed, a profile, and the steps that clients and faults will take. Steps can be taken out; the others
 * stay as they are. Luck decides what is not planned, such as how long each frame takes; it is the seed, until somebody looks for
 * a smaller plan. Faults end when all clients are done, but not before the end of the plan, so that fewer operations do not mean
 * fewer faults.
 */
record Plan(long seed, SimulationProfile profile, List<Step> steps, long luck, long endNanos) {

    /** A store in which siblings are kept, as in every store that is not configured. */
    static final String SIBLINGS = "things";

    /** Virtual time within which clients begin operations. */
    static final long LIMIT_NANOS = 120_000_000_000L;

    /** How long an operation takes, about: where nothing goes wrong, a client is in time for its next one. */
    private static final long PACE_NANOS = 60_000_000L;

    private static final long PAUSE_MAX_NANOS = 60_000_000_000L;
    private static final long CLOG_MAX_NANOS = 25_000_000_000L;
    private static final long FAULT_MAX_NANOS = 5_000_000_000L;
    private static final long COPY_GAP_NANOS = 6_000_000_000L;
    private static final long FAULT_MIN_NANOS = 20_000_000L;

    static Plan draw(long seed, SimulationProfile profile) {
        Chance chance = new Chance(seed, "plan");
        // Of its own, so that it leaves the rest as it is.
        Chance deleting = new Chance(seed, "deletes");
        List<Step> steps = new ArrayList<>();
        long[] clocks = new long[profile.workload().clients()];
        for (int i = 0; i < profile.workload().operations(); i++) {
            int client = chance.below(clocks.length);
            clocks[client] +=
                    chance.happens(0.1) ? chance.between(0, 1_000_000_000) : chance.between(0, 2L * PACE_NANOS);
            Operation drawn = operation(steps.size(), client, clocks[client], profile.workload(), chance);
            boolean isDelete = drawn.verb() != Verb.GET
                    && deleting.happens(profile.workload().deletes());
            steps.add(isDelete ? drawn.with(Verb.DELETE) : drawn);
        }
        if (!profile.faults().kinds().isEmpty()) {
            addFaults(profile, chance, steps);
        }
        if (profile.faults().kinds().contains(FaultKind.OLD_COPY)) {
            addOldCopies(new Chance(seed, "old copies"), steps);
        }
        return new Plan(seed, profile, steps, seed, 0);
    }

    private static Operation operation(
            int number, int client, long atNanos, SimulationProfile.Workload workload, Chance chance) {
        int key = chance.below(workload.keys());
        boolean wins = key < Math.round(workload.lastWriteWins() * workload.keys());
        int dice = chance.below(100);
        Verb verb = dice < 25
                ? Verb.GET
                : dice < 40 ? Verb.BLIND_PUT : dice < 70 ? Verb.PUT : dice < 80 ? Verb.DELETE : Verb.UPDATE;
        return new Operation(number, client, verb, wins ? SimulatedCluster.LWW_STORE : SIBLINGS, "key-" + key, atNanos);
    }

    private static void addFaults(SimulationProfile profile, Chance chance, List<Step> steps) {
        SimulationProfile.Faults faults = profile.faults();
        List<FaultKind> kinds = new ArrayList<>(faults.kinds());
        kinds.remove(FaultKind.OLD_COPY);
        Map<FaultKind, Long> longest = longest(kinds, chance);
        if (profile.workload().deletes() > 0) {
            // Longer than messages may be under way.
            longest.replace(FaultKind.CLOG, CLOG_MAX_NANOS);
        }
        long gapMin = faults.gapMin().toNanos();
        long gapMax = faults.gapMax().toNanos();
        for (long at = chance.between(50_000_000, gapMax); at < LIMIT_NANOS; at += chance.between(gapMin, gapMax)) {
            FaultKind kind = kinds.get(chance.below(kinds.size()));
            double most = Objects.requireNonNull(longest.get(kind));
            // Short ones are as interesting as long ones: each length is as likely as twice that length.
            double length = FAULT_MIN_NANOS * StrictMath.pow(most / FAULT_MIN_NANOS, chance.nextDouble());
            steps.add(new Fault(steps.size(), kind, at, (long) length));
        }
    }

    /** Drawn apart, so that they leave the rest as it is. */
    private static void addOldCopies(Chance chance, List<Step> steps) {
        for (long at = chance.between(0, COPY_GAP_NANOS); at < LIMIT_NANOS; at += chance.between(0, COPY_GAP_NANOS)) {
            steps.add(
                    new Fault(steps.size(), FaultKind.OLD_COPY, at, chance.between(FAULT_MIN_NANOS, FAULT_MAX_NANOS)));
        }
    }

    /** How long each kind of fault may last in this run. */
    private static Map<FaultKind, Long> longest(List<FaultKind> kinds, Chance chance) {
        Map<FaultKind, Long> longest = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : kinds) {
            long limit = kind == FaultKind.PAUSE ? PAUSE_MAX_NANOS : FAULT_MAX_NANOS;
            longest.put(kind, chance.happens(0.5) ? limit : chance.between(limit / 20, limit));
        }
        return longest;
    }

    Plan with(List<Step> fewer, long otherLuck) {
        return new Plan(seed, profile, fewer, otherLuck, endNanos);
    }

    Plan until(long otherEndNanos) {
        return new Plan(seed, profile, steps, luck, otherEndNanos);
    }

    List<Operation> operationsOf(int client) {
        List<Operation> operations = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Operation operation && operation.client() == client) {
                operations.add(operation);
            }
        }
        return operations;
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Fault fault) {
                faults.add(fault);
            }
        }
        return faults;
    }
}
