package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleRequest.Step;
import io.dynamo.spi.Space;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The ways in which deleted values have come back elsewhere (R18), told with a cluster that removes what was deleted after a few
 * seconds. Each is a transcript as well. Members leave and join as they can today: all nodes are restarted with another configuration.
 */
class DeleteTest {

    private static final String KEY = "cart";
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "transcripts");

    /** Old enough, looked at, proven, waited for. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

    private final Transcript story = Transcript.purging(4);
    private final List<String> owners = story.owners(KEY);
    private final String first = owners.get(0);
    private final String second = owners.get(1);
    private final String third = owners.get(2);
    private final String standIn = story.cluster.ids().stream()
            .filter(id -> !owners.contains(id))
            .findFirst()
            .orElseThrow();

    private static byte[] place() {
        return StoredKey.of("things", KEY.getBytes(StandardCharsets.UTF_8), SimulatedSettings.PARTITIONS)
                .bytes();
    }

    private VersionSet onDisk(String id) {
        byte[] record = story.cluster.machine(id).disk.shown(Space.RECORDS, place());
        return record == null ? VersionSet.EMPTY : DotLedger.setIn(record);
    }

    private void disks() {
        List<String> held = new ArrayList<>();
        for (String id : owners) {
            held.add(id + ": " + (onDisk(id).isEmpty() ? "nothing" : Transcript.told(onDisk(id))));
        }
        story.tell("On the disks of its owners: " + String.join(", ", held) + ".");
    }

    private static boolean isStep(Message message, Step step) {
        return message instanceof SettleRequest settle && settle.step() == step;
    }

    @Test
    void deletedRecord_isRemovedByProof() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.delete(second, KEY, seen);
        story.tell("It is old enough after a few seconds. " + first + " comes first in its list, and asks.");
        story.cluster.run(LONG_ENOUGH);
        disks();
        story.get(third, KEY);
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge");
    }

    @Test
    void crashedOwner_holdsItUp_andBringsNothingBack() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(third + " crashes with the book on its disk, and the book is deleted.");
        story.cluster.crash(third);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.delete(first, KEY, seen);
        story.tell("Ten times as long as a delete has to be old goes by: nobody removes anything.");
        story.silently(() -> story.cluster.run(Duration.ofMinutes(2)));
        disks();
        story.tell(third + " comes back, and is told what it missed. Now it can go.");
        story.cluster.restart(third);
        story.cluster.settle();
        story.cluster.run(LONG_ENOUGH);
        disks();
        story.get(third, KEY, Option.r(1));
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge-waits-for-a-crashed-owner");
    }

    @Test
    void ownerAwayForLongerThanAnyGracePeriod_bringsNothingBack() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(third + " is cut off, and the book is deleted.");
        story.cluster.isolate(third);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.delete(first, KEY, seen);
        story.tell("All clocks go on by a year.");
        story.cluster.ids().forEach(id -> story.cluster.jumpClock(id, Duration.ofDays(400)));
        story.silently(() -> story.cluster.run(Duration.ofMinutes(5)));
        disks();
        story.tell("The cut is mended.");
        story.cluster.mendLinks();
        story.silently(() -> story.cluster.run(Duration.ofSeconds(60)));
        disks();
        story.get(third, KEY, Option.r(1));
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge-waits-a-year");
    }

    @Test
    void tombstoneOfAStandIn_doesNotKillWhatWasWrittenAnew() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(third + " is down when the book is deleted: " + standIn + " keeps the delete for it.");
        story.cluster.crash(third);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.delete(first, KEY, seen, Option.w(3));
        List<PutReplicaRequest> kept = new ArrayList<>();
        story.lose((route, message) -> {
            if (message instanceof PutReplicaRequest put && put.hintFor().isEmpty()) {
                kept.add(put);
            }
            return false;
        });
        story.tell(third + " comes back; what was kept for it is handed over, and then the delete is removed.");
        story.cluster.restart(third);
        story.cluster.settle();
        story.cluster.run(LONG_ENOUGH);
        disks();
        story.tell("The cart is filled anew.");
        story.put(first, KEY, "pen", Context.none(), Option.w(3));
        story.tell("The old delete comes once more, as a forged frame. It kills nothing.");
        assertThat(kept).isNotEmpty();
        story.forge(standIn, third, kept.get(0));
        story.get(third, KEY, Option.r(1));
        assertThat(onDisk(third).hasValue()).isTrue();
        isAsWritten("purge-and-a-doomstone");
    }

    @Test
    void whatAStandInKeeps_howeverLong_holdsItUp() throws IOException {
        story.tell(third + " is down when the book is put: " + standIn + " keeps it for it, and goes down as well.");
        story.cluster.crash(third);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.cluster.crash(standIn);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.cluster.restart(third);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.tell(third + " is back, and the book is deleted on all of its owners.");
        story.delete(first, KEY, seen, Option.w(3));
        story.silently(() -> story.cluster.run(Duration.ofMinutes(2)));
        disks();
        story.tell(standIn + " comes back, hands over the book to one who knows better, and then all is removed.");
        story.cluster.restart(standIn);
        story.cluster.settle();
        story.cluster.run(LONG_ENOUGH);
        disks();
        story.get(third, KEY, Option.r(1));
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge-waits-for-a-hint");
    }

    @Test
    void ownerThatMissedTheOrder_andIsCompared_handsNothingBack() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.delete(first, KEY, seen, Option.w(3));
        story.tell("The order to remove it does not reach " + third + ".");
        story.lose((route, message) -> isStep(message, Step.ORDER) && route.endsWith(third));
        story.cluster.run(LONG_ENOUGH);
        disks();
        story.lose((route, message) -> false);
        story.compare(third, KEY);
        disks();
        story.tell("A pass after that has nothing to do.");
        story.compare(third, KEY);
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge-and-a-comparison");
    }

    @Test
    void copyOfADirectory_thatIsPutBackAfterThePurge_bringsNothingBack() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(
                "A copy is made of the directory of " + third + ". Then the book is deleted, and the delete removed.");
        story.cluster.keepCopy(third);
        story.delete(second, KEY, seen, Option.w(3));
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disks();
        story.tell(third
                + " crashes, and the copy is put back. It shows the book, and nothing on it tells that it is old.");
        story.cluster.putBackCopy(third);
        disks();
        story.lose((route, message) -> message instanceof CompareTreesRequest);
        story.silently(() -> {
            story.cluster.restart(third);
            story.cluster.settle();
            story.cluster.run(Duration.ofSeconds(1));
        });
        story.lacks(third);
        story.tell("The others know of an order that the copy would have had to agree to: the book is off its disk.");
        disks();
        story.get(first, KEY, Option.askAll());
        story.tell("It compares what it holds with what all others hold, and answers readers again.");
        story.lose((route, message) -> false);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(20)));
        story.lacks(third);
        story.get(third, KEY, Option.r(1));
        owners.forEach(id -> assertThat(onDisk(id).isEmpty()).isTrue());
        isAsWritten("purge-and-an-old-copy");
    }

    /** All nodes are stopped, and those that are members from now on are started. */
    private void restartWith(List<String> members) {
        story.silently(() -> {
            story.cluster.ids().forEach(story.cluster::crash);
            story.cluster.configure(members);
            members.forEach(story.cluster::restart);
            story.cluster.run(Duration.ofSeconds(10));
        });
    }

    private void disksOfAll() {
        List<String> held = new ArrayList<>();
        for (String id : story.cluster.ids()) {
            held.add(id + ": " + (onDisk(id).isEmpty() ? "nothing" : Transcript.told(onDisk(id))));
        }
        story.tell("On the disks: " + String.join(", ", held) + ".");
    }

    @Test
    void partitionThatMovesAwayAndBack_bringsNothingBack() throws IOException {
        List<String> three = List.of(standIn, first, second);
        story.tell("To begin with, " + third + " is no member: cart lives on the three others.");
        restartWith(three);
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(standIn + " is down when the book is deleted.");
        story.cluster.crash(standIn);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(6)));
        story.delete(first, KEY, seen);
        story.tell(third + " becomes a member, in the place of " + standIn
                + ", which comes back and is an owner of cart no more. The new owner has nothing of it.");
        restartWith(story.cluster.ids());
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disksOfAll();
        story.tell("It is given what it lacks. What " + standIn + " has left over from before holds the removal up.");
        story.compare(third, KEY);
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disksOfAll();
        story.tell(third + " leaves, and the partition moves back.");
        restartWith(three);
        story.compare(standIn, KEY);
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disksOfAll();
        story.get(standIn, KEY, Option.r(1));
        three.forEach(id -> assertThat(onDisk(id).isEmpty()).as(id).isTrue());
        isAsWritten("purge-and-a-partition-that-moves");
    }

    @Test
    void memberThatLeft_andJoinsAgainOnItsOldDisk_bringsNothingBack() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(third + " leaves with the book on its disk; " + standIn + " becomes an owner in its place.");
        restartWith(List.of(standIn, first, second));
        story.compare(standIn, KEY);
        story.delete(first, KEY, seen, Option.w(3));
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disksOfAll();
        story.tell(third + " joins again, on its old disk.");
        restartWith(story.cluster.ids());
        disksOfAll();
        story.silently(() -> story.cluster.run(LONG_ENOUGH));
        disksOfAll();
        story.get(third, KEY, Option.r(1));
        story.get(first, KEY, Option.askAll());
        story.cluster
                .ids()
                .forEach(id -> assertThat(onDisk(id).isEmpty()).as(id).isTrue());
        isAsWritten("purge-and-a-member-that-comes-back");
    }

    private void isAsWritten(String name) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        String text = "# " + KEY + " lives on " + String.join(", ", owners) + ".\n" + story.text();
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
