package io.dynamo.core.planted;

import java.util.List;

/** Bugs in what a node makes of an older state of its own disk. */
final class PlantedCopyBugs {

    private PlantedCopyBugs() {}

    static final List<PlantedBug> ALL = List.of(
            PlantedBug.named("a regression that the engine has found is ignored")
                    .in(
                            "membership/RegressedDirectory",
                            "String found = engine.regression().orElse(\"\");",
                            "engine.acceptRegression(); String found = \"\";")
                    .in("membership/LaterStates", "known == null", "true")
                    .breaks("I1", "I6")
                    .foundBy("disks", 12),
            PlantedBug.named("nobody says that a directory is an older copy")
                    .in("membership/LaterStates", "known == null", "true")
                    .breaks("I1", "I5", "I6")
                    .foundBy("returns", 42),
            PlantedBug.named("what is handed over to an older copy is let go")
                    .in(
                            "coordinate/HandoffRequest",
                            "stored.mayDrop() ? Ending.KEPT : Ending.HANDED_OVER",
                            "Ending.HANDED_OVER")
                    .breaks("HINT", "I8")
                    .foundBy("deletes", 1406));
}
