package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Stories of whole clusters, word for word as in {@code src/test/resources/golden/transcripts}: tests that read like
 * documentation. {@code -Dgolden.write=true} writes them anew, for a reviewer to read the difference.
 */
class TranscriptTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/transcripts");
    private static final String KEY = "cart";

    private final Transcript story = new Transcript(5);
    // The key's primaries in the order of its preference list, and a node that may not mint for it.
    private final String first = story.owners(KEY).get(0);
    private final String second = story.owners(KEY).get(1);
    private final String third = story.owners(KEY).get(2);
    private final String outsider = story.cluster.ids().stream()
            .filter(id -> !story.owners(KEY).contains(id))
            .findFirst()
            .orElseThrow();

    @Test
    void put() throws IOException {
        story.tell(
                "A put through a node of the key's preference list: stored there and sent to the two others, done at W = 2.");
        story.put(first, KEY, "book", Context.none());
        story.tell("A get asks R = 2 replicas: the node itself and one other.");
        story.get(first, KEY);
        isAsWritten("put");
    }

    @Test
    void forwardedPut() throws IOException {
        story.tell("A put through a node outside of the preference list goes to one that may mint for the key.");
        story.put(outsider, KEY, "book", Context.none());
        story.tell("A get may be coordinated anywhere.");
        story.get(outsider, KEY);
        isAsWritten("forwarded-put");
    }

    @Test
    void concurrentPuts() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none());
        story.tell("Two clients that have seen the book write through the same node. Neither knows of the other.");
        story.put(first, KEY, "book+pen", seen);
        story.put(first, KEY, "book+ink", seen);
        story.tell("A reader gets both, and a context that stands for both.");
        Context both = story.get(second, KEY);
        story.tell("What it writes replaces both, and nothing else.");
        story.put(second, KEY, "book+pen+ink", both);
        story.get(third, KEY);
        isAsWritten("concurrent-puts");
    }

    @Test
    void chainedPuts() throws IOException {
        Context one = story.put(first, KEY, "one", Context.none());
        story.tell("Somebody else writes, having seen nothing.");
        story.put(second, KEY, "other", Context.none());
        story.tell(
                "The first client goes on from its receipt, which stands for its own write alone: the other one survives.");
        Context two = story.put(first, KEY, "two", one);
        story.put(first, KEY, "three", two);
        story.get(third, KEY);
        isAsWritten("chained-puts");
    }

    @Test
    void deleteAndOldContext() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none());
        story.tell("A delete is a version without a value; it is kept, so that the book cannot come back.");
        story.delete(second, KEY, seen);
        story.get(third, KEY);
        story.tell(
                "Who still holds the old context has seen the book and not the delete: its write is a sibling of that.");
        story.put(first, KEY, "pen", seen);
        story.get(third, KEY);
        isAsWritten("delete-and-old-context");
    }

    @Test
    void readRepair() throws IOException {
        story.tell("What is sent to " + third + " is lost; W = 2 is met without it.");
        story.lose((route, message) -> route.endsWith(third) && message instanceof PutReplicaRequest);
        story.put(first, KEY, "book", Context.none());
        story.cluster.run(Duration.ofSeconds(2));
        story.tell("The network works again. A read of all three finds out, answers, and repairs.");
        story.lose((route, message) -> false);
        story.get(first, KEY, Option.askAll());
        story.tell("The next one finds them alike.");
        story.get(first, KEY, Option.askAll());
        isAsWritten("read-repair");
    }

    @Test
    void equalReplicas() throws IOException {
        story.put(first, KEY, "book", Context.none());
        story.tell("Owners that hold the same know so after one question and one answer.");
        story.compare(first, KEY);
        isAsWritten("equal-replicas");
    }

    @Test
    void missedWrite() throws IOException {
        story.tell("What is sent to " + third + " is lost, and nobody reads the key.");
        story.lose((route, message) -> route.endsWith(third) && message instanceof PutReplicaRequest);
        story.put(first, KEY, "book", Context.none());
        story.tell(first + " restarts, and knows no more whom it owes it.");
        forgets(first);
        story.lose((route, message) -> false);
        story.tell("The owners compare their hash trees, go down to the key, and send what is missing, once.");
        story.compare(first, KEY);
        story.tell("The next pass finds nothing.");
        story.compare(first, KEY);
        isAsWritten("missed-write");
    }

    @Test
    void bothBehind() throws IOException {
        story.tell("Two owners take a write each that the other one does not get.");
        story.lose((route, message) -> message instanceof PutReplicaRequest
                && (route.equals(first + " -> " + third) || route.equals(third + " -> " + first)));
        story.put(first, KEY, "book", Context.none());
        story.put(third, KEY, "pen", Context.none());
        story.tell("Both restart, and know no more what they owe each other.");
        forgets(first);
        forgets(third);
        story.lose((route, message) -> false);
        story.tell("Both lack something: both end with the two siblings.");
        story.compare(first, KEY);
        story.compare(third, KEY);
        isAsWritten("both-behind");
    }

    @Test
    void owedKey() throws IOException {
        story.tell("What is sent to " + third + " is lost, twice. Nobody is left to stand in; " + first
                + " remembers what it owes.");
        story.lose((route, message) -> route.endsWith(third) && message instanceof PutReplicaRequest);
        Context seen = story.put(first, KEY, "book", Context.none());
        story.put(first, KEY, "book+pen", seen);
        story.cluster.run(Duration.ofSeconds(2));
        story.tell(
                "The network works again. " + first + " sends what it holds by now, once for both, without any read.");
        story.lose((route, message) -> false);
        story.cluster.run(Duration.ofSeconds(10));
        story.get(third, KEY, Option.r(1));
        isAsWritten("owed-key");
    }

    /** What a node owes others is in its memory only. */
    private void forgets(String id) {
        story.cluster.crash(id);
        story.cluster.restart(id);
        story.cluster.settle();
        story.cluster.run(Duration.ofSeconds(6));
    }

    @Test
    void lostReplyAndRetry() throws IOException {
        story.tell("The coordinator's first answer is lost. The same request is sent again: nothing is minted twice.");
        int[] answers = {0};
        story.lose((route, message) -> message instanceof CoordinatePutResponse && answers[0]++ < 1);
        story.put(outsider, KEY, "book", Context.none());
        story.get(outsider, KEY);
        isAsWritten("lost-reply-and-retry");
    }

    @Test
    void secondCoordinator() throws IOException {
        story.tell(
                "The first coordinator's answers are lost. The second is told that the write may have been minted already, finds it, and mints nothing.");
        story.lose((route, message) -> message instanceof CoordinatePutResponse && !route.startsWith(second));
        story.put(outsider, KEY, "book", Context.none(), Option.timeout(Duration.ofSeconds(2)));
        story.lose((route, message) -> false);
        story.get(outsider, KEY);
        isAsWritten("second-coordinator");
    }

    @Test
    void tooFewAcknowledgements() throws IOException {
        story.tell("Both other replicas store the write, and their acknowledgements are lost: the client cannot know.");
        story.lose((route, message) -> message instanceof PutReplicaResponse);
        story.put(first, KEY, "book", Context.none());
        story.tell("It was applied all the same.");
        story.lose((route, message) -> false);
        story.get(second, KEY);
        isAsWritten("too-few-acknowledgements");
    }

    @Test
    void isolatedNode() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none());
        story.tell(first
                + " is cut off. Its links are down after a while; then it refuses writes, and nothing is minted.");
        story.cluster.isolate(first);
        story.cluster.run(Duration.ofSeconds(6));
        story.put(first, KEY, "book+pen", seen);
        story.tell("The others go on.");
        story.put(second, KEY, "book+ink", seen);
        story.tell("The cut is mended; one read of all brings the stale replica up to date.");
        story.cluster.mendLinks();
        story.cluster.run(Duration.ofSeconds(6));
        story.get(first, KEY, Option.askAll());
        isAsWritten("isolated-node");
    }

    @Test
    void powerCut() throws IOException {
        story.put(first, KEY, "book", Context.none());
        story.tell("All nodes lose their power at once, and are started again.");
        story.cluster.ids().forEach(story.cluster::crash);
        story.cluster.ids().forEach(story.cluster::restart);
        story.cluster.settle();
        story.cluster.run(Duration.ofSeconds(4));
        story.get(third, KEY);
        isAsWritten("power-cut");
    }

    @Test
    void pausedReplica() throws IOException {
        story.put(first, KEY, "book", Context.none());
        story.get(first, KEY);
        story.tell(second + ", which answers faster than " + third
                + ", stands still. It is asked first, and another after the hedge delay.");
        story.cluster.pause(second, Duration.ofMillis(2_500));
        story.get(first, KEY);
        isAsWritten("paused-replica");
    }

    @Test
    void heldDownReplica() throws IOException {
        story.put(first, KEY, "book", Context.none());
        story.get(first, KEY);
        story.tell(second + " answers greetings and nothing else. The first read waits for it, and hedges.");
        story.lose((route, message) -> route.startsWith(second) && !(message instanceof HelloResponse));
        story.get(first, KEY);
        story.cluster.run(Duration.ofMillis(700));
        story.tell(first + " probes it, hears nothing, and asks it last from now on. Nobody else is told.");
        story.view(first, second);
        story.view(third, second);
        story.get(first, KEY);
        story.tell("It is asked all the same if it is needed.");
        story.get(first, KEY, Option.r(3), Option.timeout(Duration.ofMillis(100)));
        story.tell("The network works again, and the next probe finds it.");
        story.lose((route, message) -> false);
        story.cluster.run(Duration.ofSeconds(2));
        story.view(first, second);
        story.get(first, KEY);
        isAsWritten("held-down-replica");
    }

    @Test
    void storageThatWentBack() throws IOException {
        story.cluster.machine(third).disk.remember();
        story.put(first, KEY, "book", Context.none(), Option.w(3));
        story.tell(
                third
                        + " crashes, and its disk shows an older state: its storage says so, and nobody hears that the book was never there.");
        story.lose((route, message) -> message instanceof CompareTreesRequest);
        story.silently(() -> {
            story.cluster.goBack(third);
            story.cluster.restart(third);
            story.cluster.settle();
            story.cluster.run(Duration.ofSeconds(1));
        });
        story.lacks(third);
        story.get(second, KEY, Option.askAll());
        story.tell("It compares what it holds with what all others hold.");
        story.lose((route, message) -> false);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(20)));
        story.lacks(third);
        story.get(third, KEY, Option.r(1));
        isAsWritten("storage-that-went-back");
    }

    @Test
    void wipedNode() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none());
        story.tell(third + " loses its disk, and comes back on an empty one. It is let in when nobody can be left of"
                + " whom the others knew.");
        story.lose((route, message) -> message instanceof CompareTreesRequest);
        story.silently(() -> {
            story.cluster.wipe(third);
            story.cluster.restart(third);
            story.cluster.settle();
            story.cluster.run(Duration.ofSeconds(1));
        });
        story.lacks(third);
        story.tell("It takes writes.");
        story.put(first, KEY, "book+pen", seen, Option.w(3));
        story.tell("It says nothing to readers, and never that there is nothing. Others are asked in its place.");
        story.get(first, KEY, Option.r(3));
        story.get(third, KEY);
        story.tell("It compares what it holds with what all others hold, partition by partition.");
        story.lose((route, message) -> false);
        story.silently(() -> story.cluster.run(Duration.ofSeconds(20)));
        story.lacks(third);
        story.get(third, KEY, Option.r(1));
        isAsWritten("wiped-node");
    }

    @Test
    void standIn() throws IOException {
        Context seen = story.put(first, KEY, "book", Context.none());
        story.tell(third + " is down. Another node keeps the write for it, and counts in its place.");
        story.cluster.crash(third);
        story.cluster.run(Duration.ofSeconds(6));
        story.put(first, KEY, "book+pen", seen, Option.w(3));
        story.tell(third + " comes back and is handed what was kept for it. It has it without a read.");
        story.cluster.restart(third);
        story.cluster.settle();
        story.cluster.run(Duration.ofSeconds(6));
        story.get(third, KEY, Option.r(1));
        isAsWritten("stand-in");
    }

    @Test
    void allPrimariesDown() throws IOException {
        story.tell(
                "All nodes that the key lives on are down. The outsider writes for them, and asks whoever is left to.");
        List.of(first, second, third).forEach(story.cluster::crash);
        story.cluster.run(Duration.ofSeconds(6));
        story.put(outsider, KEY, "book", Context.none());
        story.get(outsider, KEY);
        story.tell("Reads that want an owner are refused: nobody answers for them.");
        story.get(outsider, KEY, Option.pr(1));
        story.tell("They come back, and are handed it.");
        List.of(first, second, third).forEach(story.cluster::restart);
        story.cluster.settle();
        story.cluster.run(Duration.ofSeconds(6));
        story.get(second, KEY, Option.pr(2));
        isAsWritten("all-primaries-down");
    }

    @Test
    void latePrimaryAndItsStandIn() throws IOException {
        List<String> others = story.cluster.ids().stream()
                .filter(id -> !story.owners(KEY).contains(id))
                .toList();
        story.tell(
                "W = 3. What is sent to " + third + " is lost, and the first acknowledgement of " + second + " too.");
        story.tell("After a quarter of the time " + others.get(0) + " keeps it for either of them.");
        story.tell(second + " counts itself after all, so " + others.get(0) + " counts for " + third + ", and once.");
        int[] answers = {0};
        story.lose((route, message) -> route.endsWith("> " + third)
                || route.endsWith("> " + others.get(1))
                || message instanceof PutReplicaResponse && route.startsWith(second) && answers[0]++ < 1);
        story.put(first, KEY, "book", Context.none(), Option.w(3));
        isAsWritten("late-primary-and-its-stand-in");
    }

    private void isAsWritten(String name) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        String text =
                "# " + KEY + " lives on " + String.join(", ", List.of(first, second, third)) + ".\n" + story.text();
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
