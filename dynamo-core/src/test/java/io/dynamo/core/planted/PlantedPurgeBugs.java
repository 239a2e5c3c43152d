package io.dynamo.core.planted;

import java.util.List;

/** The bugs in the removal of deleted records, and of entries of runs that are over, that the simulator must find. */
final class PlantedPurgeBugs {

    private PlantedPurgeBugs() {}

    static final List<PlantedBug> ALL = List.of(
            PlantedBug.named("a vote to purge is answered before it is synced")
                    .in("replica/Deletes", "commit.raiseTo(Durability.SYNC);", "")
                    .breaks("I5")
                    .foundBy("deletes", 4),
            PlantedBug.named("an order to purge does not look at the record")
                    .in(
                            "replica/Deletes",
                            "held == Held.NONE || !held.digest(one.key()).equals(one.digest())",
                            "held == Held.NONE")
                    .breaks("I1", "I5", "I6")
                    .foundBy("deletes", 6),
            PlantedBug.named("what expires is purged as soon as it is written")
                    .in("replica/DueQueue", "overMillis = Math.max(overMillis, version.expiresAtMillis());", "")
                    .in("replica/DueQueue", "return overMillis + age.millis();", "return overMillis;")
                    .breaks("I5")
                    .foundBy("expiry", 28),
            PlantedBug.named("forgetting keeps the own actor and begins its counter anew")
                    .in(
                            "replica/DeadEntries",
                            "EarlierRuns.endedBefore(set.context(), nowMillis - age.millis())",
                            "set.context()")
                    .in("replica/DeadEntries", "actors.stream().noneMatch(present::drew)", "true")
                    .in("replica/Held", "present != null && present.drew(actor)", "false")
                    .in("replica/Held", "own != null && rest.context().highest(own) == 0 ? null : own", "own")
                    .breaks("I9")
                    .foundBy("deletes", 3),
            PlantedBug.named("an entry with a live dot is forgotten")
                    .in("replica/DeadEntries", ".only(actor -> !set.hasLiveOf(actor))", "")
                    .in("replica/DeadEntries", ".filter(actor -> !set.hasLiveOf(actor))", "")
                    .in("causality/VersionSet", "hasLiveOf(actor) || stays.test(actor)", "stays.test(actor)")
                    .breaks("I1", "I3", "I5", "I6", "BROKEN", "THREW")
                    .foundBy("deletes", 11),
            PlantedBug.named("entries are forgotten while writes may be repeated")
                    .in("replica/DeadEntries", "nowMillis - age.millis()", "nowMillis")
                    .in(
                            "replica/DeadEntries",
                            "sorted.get(age.entries() - 1) + age.millis()",
                            "sorted.get(age.entries() - 1)")
                    .breaks("I3")
                    .foundBy("deletes", 23));
}
