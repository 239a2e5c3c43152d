package io.dynamo.core.planted;

import java.util.List;

/** The bugs in the removal of deleted records that the simulator must find. */
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
                            "held == Held.NONE || !held.digest(key).equals(one.digest())",
                            "held == Held.NONE")
                    .breaks("I1", "I5", "I6")
                    .foundBy("deletes", 6),
            PlantedBug.named("what expires is purged as if it had expired when it was written")
                    .in("replica/DueQueue", "overMillis = Math.max(overMillis, version.expiresAtMillis());", "")
                    .breaks("I5")
                    .foundBy("expiry", 60));
}
