package io.dynamo.core.planted;

import io.dynamo.core.planted.PlantedBug.Patch;
import io.dynamo.core.sim.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/** The simulator, running a patched product. Thread: any, as {@link Simulation}. */
final class PatchedSimulation {

    private final Class<?> simulation;

    private PatchedSimulation(Class<?> simulation) {
        this.simulation = simulation;
    }

    static PatchedSimulation of(PlantedBug bug) {
        return of(bug.patches());
    }

    static PatchedSimulation of(List<Patch> patches) {
        try {
            return new PatchedSimulation(PatchedCore.with(patches).loadClass(Simulation.class.getName()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What came of a seed.
     *
     * @param violations what is wrong
     * @param hash of the trace
     */
    record Outcome(List<String> violations, String hash) {}

    Outcome run(long seed, String profile) {
        Object report = call(null, simulation, "run", new Class<?>[] {long.class, String.class}, seed, profile);
        return new Outcome(strings(ask(report, "violations")), (String) ask(report, "hash"));
    }

    List<String> profiles() {
        return strings(call(null, simulation, "profiles", new Class<?>[0]));
    }

    private static Object ask(Object report, String component) {
        return call(report, report.getClass(), component, new Class<?>[0]);
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static Object call(Object on, Class<?> type, String name, Class<?>[] takes, Object... arguments) {
        try {
            Method method = type.getMethod(name, takes);
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the patched simulation threw", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
