package io.dynamo.core;

import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Carries encoded frames between nodes on {@link TestTime}; loses and delays what a test wants, and remembers all. */
final class TestNetwork {

    private static final long DELAY_NANOS = 100_000;

    /** A message on its way. */
    record Sent(String from, String to, Envelope envelope) {
        Message message() {
            return envelope.message();
        }

        boolean isChunk(int index) {
            return message() instanceof Chunk chunk && chunk.index() == index;
        }

        boolean is(Class<? extends Message> type) {
            return type.isInstance(message());
        }

        boolean isBetween(String a, String b) {
            return from.equals(a) && to.equals(b) || from.equals(b) && to.equals(a);
        }

        boolean touches(String node) {
            return from.equals(node) || to.equals(node);
        }
    }

    private final TestTime time;
    private final Map<Integer, Endpoint> listening = new TreeMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final Map<Dot, Version> minted = new TreeMap<>();
    private final List<String> reusedDots = new ArrayList<>();
    private Predicate<Sent> lost = message -> false;
    private Predicate<Sent> refused = message -> false;
    private Predicate<Sent> held = message -> false;
    private final List<Runnable> deliveries = new ArrayList<>();
    private ToLongFunction<Sent> delay = message -> DELAY_NANOS;
    int frameBytesMax = 64 << 20;

    private record Endpoint(String id, Transport.Receiver receiver) {}

    TestNetwork(TestTime time) {
        this.time = time;
    }

    /** From now on these messages are lost. */
    void lose(Predicate<Sent> which) {
        lost = which;
    }

    /** From now on these messages are not taken. */
    void refuse(Predicate<Sent> which) {
        refused = which;
    }

    /** From now on these messages wait for {@link #deliverHeld}. */
    void hold(Predicate<Sent> which) {
        held = which;
    }

    /** Delivers at once, each time it is run, what is held now. */
    Runnable copies() {
        List<Runnable> copies = List.copyOf(deliveries);
        return () -> copies.forEach(Runnable::run);
    }

    /** Delivers at once, inside this call, what was held, and holds nothing more. */
    void deliverHeld(int times) {
        held = message -> false;
        for (int i = 0; i < times; i++) {
            deliveries.forEach(Runnable::run);
        }
        deliveries.clear();
    }

    void heal() {
        lost = message -> false;
        refused = message -> false;
        delay = message -> DELAY_NANOS;
    }

    /** From now on these messages take longer. */
    void slow(Predicate<Sent> which, long delayNanos) {
        delay = message -> which.test(message) ? delayNanos : DELAY_NANOS;
    }

    List<Sent> sent(Class<? extends Message> type) {
        return sent.stream().filter(message -> message.is(type)).toList();
    }

    /** Forgets what was sent so far. */
    void forget() {
        sent.clear();
    }

    /** Dots that named two different writes: there must never be one. */
    List<String> reusedDots() {
        return reusedDots;
    }

    Transport transport(String id, int port) {
        return new Transport() {
            private boolean isClosed;

            @Override
            public Address start(Receiver receiver) {
                listening.put(port, new Endpoint(id, receiver));
                return new Address("test", port);
            }

            @Override
            public boolean send(Address to, Frame frame) {
                return !isClosed && carry(to.port(), frame);
            }

            @Override
            public int maxFrameBytes() {
                return frameBytesMax;
            }

            @Override
            public void close() {
                isClosed = true;
                listening.remove(port);
            }
        };
    }

    /** Delivers once more what was sent, to whoever listens there now. */
    void repeat(Sent message) {
        byte[] bytes = new MessageFrame(message.envelope()).bytes();
        for (Endpoint target : List.copyOf(listening.values())) {
            if (target.id().equals(message.to())) {
                time.after(DELAY_NANOS, () -> target.receiver().receive(Frame.of(bytes)));
            }
        }
    }

    private boolean carry(int port, Frame frame) {
        Endpoint target = listening.get(port);
        if (target == null) {
            return false;
        }
        Envelope envelope = MessageFrame.open(frame);
        Sent message = new Sent(envelope.from(), target.id(), envelope);
        byte[] bytes = frame.bytes();
        if (bytes.length > frameBytesMax || refused.test(message)) {
            return false;
        }
        sent.add(message);
        watchDots(message.message());
        if (!lost.test(message)) {
            Runnable delivery = () -> {
                if (listening.get(port) == target) {
                    target.receiver().receive(Frame.of(bytes));
                }
            };
            if (held.test(message)) {
                deliveries.add(delivery);
            } else {
                time.after(delay.applyAsLong(message), delivery);
            }
        }
        return true;
    }

    private void watchDots(Message message) {
        if (message instanceof PutReplicaRequest put) {
            watchDots(put.set());
        } else if (message instanceof GetReplicaResponse get) {
            watchDots(get.set());
        }
    }

    void watchDots(VersionSet set) {
        for (Version version : set.versions()) {
            Version before = minted.putIfAbsent(version.dot(), version);
            if (before != null && !before.equals(version)) {
                reusedDots.add(version.dot() + " named " + before.writeId() + " and " + version.writeId());
            }
        }
    }
}
