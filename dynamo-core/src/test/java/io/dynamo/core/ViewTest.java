package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.MemberView;
import io.dynamo.api.MemberView.State;
import io.dynamo.api.Option;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.ProbeRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node believes of the others, and what it does about it (Dynamo §4.8.3). */
class ViewTest {

    private static final Duration HOLD = Duration.ofMillis(1_500);

    @Test
    void calmCluster_allAreUp_andNobodyIsProbed() {
        try (TestCluster cluster = TestCluster.of(3)) {
            for (int i = 0; i < 20; i++) {
                cluster.text("a").put("k" + i, "v", Context.none());
                cluster.time.run(Duration.ofMillis(300));
            }
            assertThat(states(cluster, "a")).containsExactly(State.SELF, State.UP, State.UP);
            assertThat(cluster.network.sent(ProbeRequest.class)).isEmpty();
            MemberView b = view(cluster, "a", "b");
            assertThat(b.why()).isEmpty();
            assertThat(b.lastHeard().orElseThrow()).isLessThan(TestCluster.SECOND.multipliedBy(2));
            assertThat(b.answersWithin()).isPositive();
        }
    }

    @Test
    void memberThatAnswersGreetingsOnly_isHeldDownWithinTwoSeconds_byWhoeverAskedIt() {
        try (TestCluster cluster = silent("c")) {
            MemberView c = view(cluster, "a", "c");
            assertThat(c.state()).isEqualTo(State.HELD_DOWN);
            assertThat(c.why()).startsWith("no answer for ").contains("probe");
            assertThat(cluster.node("a").holds()).isEqualTo(1);
            assertThat(view(cluster, "b", "c").state()).as("b did not ask").isEqualTo(State.UP);
            assertThat(cluster.node("a").health().missing()).as("it is linked").isEmpty();
        }
    }

    @Test
    void heldDownMember_isNotAskedByReads_thatOthersCanAnswer() {
        try (TestCluster cluster = silent("c")) {
            int before = cluster.network.sent(GetReplicaRequest.class).size();
            for (int i = 0; i < 5; i++) {
                cluster.text("a").get("k");
            }
            List<TestNetwork.Sent> sent = cluster.network.sent(GetReplicaRequest.class);
            assertThat(sent.subList(before, sent.size()))
                    .extracting(TestNetwork.Sent::to)
                    .containsOnly("b");
        }
    }

    @Test
    void heldDownMember_thatIsBack_isFoundByAProbe() {
        try (TestCluster cluster = silent("c")) {
            cluster.network.heal();
            cluster.time.runUntil(() -> view(cluster, "a", "c").state() == State.UP, Duration.ofSeconds(3));
            assertThat(view(cluster, "a", "c").why()).isEmpty();
        }
    }

    @Test
    void heldDownMember_isCounted() {
        try (TestCluster cluster = silent("c")) {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            new NodeMetrics(cluster.node("a")).bindTo(meters);
            assertThat(meters.get("dynamo.members.held-down").gauge().value()).isEqualTo(1);
            assertThat(meters.get("dynamo.members.holds").functionCounter().count())
                    .isEqualTo(1);
            meters.close();
        }
    }

    @Test
    void memberThatDoesNotLink_isUnlinked_andTheReasonIsShown() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.kill("b");
            cluster.noticeSilence();
            MemberView b = view(cluster, "a", "b");
            assertThat(b.state()).isEqualTo(State.UNLINKED);
            assertThat(b.why()).startsWith("no answer for ");
            cluster.start("b");
            cluster.link();
            assertThat(view(cluster, "a", "b").state())
                    .as("a link is believed at once")
                    .isEqualTo(State.UP);
        }
    }

    @Test
    void restartedMember_startsAnew() {
        try (TestCluster cluster = silent("c")) {
            cluster.network.heal();
            cluster.restart("c");
            cluster.time.run(Duration.ofMillis(400));
            assertThat(view(cluster, "a", "c").state()).isEqualTo(State.UP);
        }
    }

    /** A cluster in which one node answers nothing but greetings, and a has asked it. */
    private static TestCluster silent(String id) {
        TestCluster cluster = TestCluster.of(3);
        cluster.network.lose(
                message -> message.from().equals(id) && !message.is(HelloResponse.class) && !message.is(Hello.class));
        cluster.text("a").put("k", "v", Context.none(), Option.w(2));
        cluster.time.run(HOLD);
        return cluster;
    }

    private static List<State> states(TestCluster cluster, String of) {
        return cluster.node(of).view().members().stream().map(MemberView::state).toList();
    }

    private static MemberView view(TestCluster cluster, String of, String member) {
        return cluster.node(of).view().members().stream()
                .filter(one -> one.id().equals(member))
                .findFirst()
                .orElseThrow();
    }
}
