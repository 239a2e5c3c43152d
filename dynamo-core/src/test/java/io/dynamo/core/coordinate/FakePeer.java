package io.dynamo.core.coordinate;

import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** A member under a test's control: remembers what it was sent. */
final class FakePeer implements Peer {

    final List<Message.Request> received = new ArrayList<>();
    boolean isHeldDown;
    int asked;
    int replies;
    int suspicions;
    boolean isLinked = true;
    int copy;
    Hello.Background background = Hello.Background.NONE;
    private final String id;
    private final boolean isSelf;

    FakePeer(String id, boolean isSelf) {
        this.id = id;
        this.isSelf = isSelf;
    }

    /** The last request, for a reply. */
    Message.Request last() {
        return received.get(received.size() - 1);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean isSelf() {
        return isSelf;
    }

    @Override
    public boolean isHeldDown() {
        return isHeldDown;
    }

    @Override
    public boolean isLinked() {
        return isLinked;
    }

    @Override
    public boolean send(Message message) {
        if (isLinked && message instanceof Message.Request request) {
            received.add(request);
        }
        return isLinked;
    }

    @Override
    public long overdueNanos() {
        return 0;
    }

    @Override
    public void answered(long elapsedNanos) {}

    @Override
    public void asked(long nowNanos) {
        asked++;
    }

    @Override
    public void replied() {
        replies++;
    }

    @Override
    public void suspected() {
        suspicions++;
    }

    @Override
    public int copy() {
        return copy;
    }

    @Override
    public Hello.Background background() {
        return background;
    }

    @Override
    public String problem() {
        return isLinked ? "" : "unlinked by the test";
    }

    @Override
    public String toString() {
        return id;
    }
}
