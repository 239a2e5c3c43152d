package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Question;
import io.dynamo.core.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The questions of one exchange to its peer; who is silent three times in a row is asked no more. */
final class Asking {

    private static final int SILENCES_MAX = 3;

    private final Coordinator coordinator;
    private final Peer peer;
    private final Runnable givenUp;
    private final List<Question> open = new ArrayList<>();
    private int silences;
    private boolean isOver;

    Asking(Coordinator coordinator, Peer peer, Runnable givenUp) {
        this.coordinator = coordinator;
        this.peer = peer;
        this.givenUp = givenUp;
    }

    /** Asks until there is an answer; any but the wanted one ends the exchange. */
    <T extends Message.Response> void ask(Question.Words words, Class<T> type, Consumer<T> taken) {
        once(words, response -> {
            if (type.isInstance(response)) {
                taken.accept(type.cast(response));
            } else if (response == null) {
                ask(words, type, taken);
            } else {
                givenUp.run();
            }
        });
    }

    /** Asks once; nothing comes back to an exchange that is over. */
    void once(Question.Words words, Consumer<Message.@Nullable Response> answer) {
        if (isOver) {
            return;
        }
        Question[] question = new Question[1];
        question[0] = Question.ask(coordinator, peer, words, response -> {
            open.remove(question[0]);
            if (isOver) {
                return;
            }
            silences = response == null ? silences + 1 : 0;
            if (silences >= SILENCES_MAX) {
                givenUp.run();
            } else {
                answer.accept(response);
            }
        });
        open.add(question[0]);
    }

    boolean isOver() {
        return isOver;
    }

    void stop() {
        isOver = true;
        open.forEach(Question::forget);
        open.clear();
    }
}
