package io.dynamo.core.coordinate;

import io.dynamo.core.wire.Message;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question to one peer, asked again under the same id until it answers or the time is up. What is asked may be answered
 * twice without harm.
 */
public final class Question extends PendingRequest {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RESEND_NANOS = TIMEOUT_NANOS / 4;

    private final Peer target;
    private final Words words;
    private final Consumer<Message.@Nullable Response> answer;

    /** The question's words. */
    @FunctionalInterface
    public interface Words {
        /**
         * Puts the question.
         *
         * @param request its id
         * @param timeoutMicros how long is waited from now on
         * @return the message
         */
        Message.Request put(long request, long timeoutMicros);
    }

    private Question(Coordinator home, Peer target, Words words, Consumer<Message.@Nullable Response> answer) {
        super(home, TIMEOUT_NANOS, false);
        this.target = target;
        this.words = words;
        this.answer = answer;
    }

    /**
     * Asks.
     *
     * @param home the lane's requests
     * @param target who is asked
     * @param words what
     * @param answer gets the answer, which may be a rejection, or null if there is none; never before this returns
     * @return the question
     */
    public static Question ask(
            Coordinator home, Peer target, Words words, Consumer<Message.@Nullable Response> answer) {
        Question question = new Question(home, target, words, answer);
        home.track(question);
        question.send();
        return question;
    }

    /** Wants no answer any more. */
    public void forget() {
        home.untrack(this);
    }

    /** What cannot be sent now may be a moment later. */
    private void send() {
        target.send(words.put(id, leftMicros()));
        wakeNanos = Math.min(deadlineNanos, home.runtime().nanoTime() + RESEND_NANOS);
        home.wakeBy(wakeNanos);
    }

    @Override
    void onResponse(Peer from, Message.Response response) {
        if (from == target) {
            home.untrack(this);
            answer.accept(response);
        }
    }

    @Override
    void onWake(long nowNanos) {
        if (nowNanos >= deadlineNanos) {
            home.untrack(this);
            answer.accept(null);
        } else {
            send();
        }
    }

    @Override
    void onClose() {
        home.untrack(this);
    }
}
