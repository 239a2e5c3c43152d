package io.dynamo.core.purge;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Question;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks several members the same, this node perhaps among them, and is done when all have answered or been silent often enough. */
final class Poll {

    private final PurgeLane home;
    private final Words words;
    private final Consumer<Map<String, SettleResponse>> done;
    private final Map<String, SettleResponse> answers = new TreeMap<>();
    private final List<Peer> silent = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private int open;
    private int triesLeft;

    /** The question's words. */
    interface Words {
        SettleRequest put(long request, long timeoutMicros);
    }

    private Poll(PurgeLane home, int tries, Words words, Consumer<Map<String, SettleResponse>> done) {
        this.home = home;
        this.triesLeft = tries;
        this.words = words;
        this.done = done;
    }

    /** The answers by member; who was silent is not in it. */
    static void ask(
            PurgeLane home, List<Peer> members, int tries, Words words, Consumer<Map<String, SettleResponse>> done) {
        Poll poll = new Poll(home, tries, words, done);
        home.polls.add(poll);
        poll.ask(members);
    }

    private void ask(List<Peer> members) {
        triesLeft--;
        questions.clear();
        // Whoever answers before all are asked does not end it.
        open = members.size() + 1;
        for (Peer member : members) {
            if (member.isSelf()) {
                home.server.answer(member.id(), words.put(0, Long.MAX_VALUE), answer -> answered(member, answer));
            } else {
                questions.add(Question.ask(
                        home.coordinator,
                        member,
                        words::put,
                        answer -> answered(member, answer instanceof SettleResponse settled ? settled : null)));
            }
        }
        end();
    }

    void stop() {
        questions.forEach(Question::forget);
    }

    private void answered(Peer member, @Nullable SettleResponse answer) {
        if (answer == null) {
            silent.add(member);
        } else {
            answers.put(member.id(), answer);
        }
        end();
    }

    private void end() {
        if (--open > 0) {
            return;
        }
        if (silent.isEmpty() || triesLeft == 0) {
            home.polls.remove(this);
            done.accept(answers);
        } else {
            List<Peer> again = List.copyOf(silent);
            silent.clear();
            ask(again);
        }
    }
}
