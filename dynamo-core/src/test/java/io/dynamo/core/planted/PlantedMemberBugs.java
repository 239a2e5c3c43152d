package io.dynamo.core.planted;

import java.util.List;

/** Bugs in what members tell each other of members. */
final class PlantedMemberBugs {

    private PlantedMemberBugs() {}

    static final List<PlantedBug> ALL = List.of(
            PlantedBug.named("a table that came is not merged")
                    .in("membership/Gossip", "directories.learn(theirs);", "")
                    .breaks("I10")
                    .foundBy("returns", 1),
            PlantedBug.named("what others have retired is not merged")
                    .in(
                            "membership/Directories",
                            "table = before.merge(theirs);",
                            "for (Map.Entry<String, Entry> one : theirs.entries().entrySet()) {"
                                    + " for (DirectoryId there : one.getValue().present()) {"
                                    + " table = table.with(one.getKey(), there); } }")
                    .breaks("I10")
                    .foundBy("returns", 1));
}
