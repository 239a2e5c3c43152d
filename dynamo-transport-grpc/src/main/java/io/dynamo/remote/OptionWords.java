package io.dynamo.remote;

import com.google.protobuf.ByteString;
import io.dynamo.api.Option;
import io.dynamo.remote.proto.ReadOptions;
import io.dynamo.remote.proto.WriteOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Options as the wire has them, both ways. */
final class OptionWords {

    /** A node gets less than its client has, so that it is the node that says what is known. */
    private static final double NODE_SHARE = 0.9;

    private OptionWords() {}

    static ReadOptions read(Option... options) {
        ReadOptions.Builder read = ReadOptions.newBuilder();
        for (Option option : options) {
            if (option instanceof Option.Replicas replicas) {
                switch (replicas.kind()) {
                    case R -> read.setR(replicas.count());
                    case PR -> read.setPr(replicas.count());
                    default -> {}
                }
            } else if (option instanceof Option.Timeout timeout && !timeout.onlyShortens()) {
                read.setTimeoutMillis(millis(timeout.limit()));
            } else if (option instanceof Option.Profile profile) {
                read.setProfile(profile.name());
            } else if (option == Option.Flag.ASK_ALL) {
                read.setAskAll(true);
            } else if (option == Option.Flag.TRACE) {
                read.setTrace(true);
            } else if (option instanceof Option.Session session) {
                read.setSession(ByteString.copyFrom(session.seen().toBytes()));
            }
        }
        return read.build();
    }

    static WriteOptions write(Option... options) {
        WriteOptions.Builder write = WriteOptions.newBuilder();
        for (Option option : options) {
            if (option instanceof Option.Replicas replicas) {
                switch (replicas.kind()) {
                    case W -> write.setW(replicas.count());
                    case PW -> write.setPw(replicas.count());
                    case DURABLE -> write.setDurable(replicas.count());
                    default -> {}
                }
            } else if (option instanceof Option.Timeout timeout && !timeout.onlyShortens()) {
                write.setTimeoutMillis(millis(timeout.limit()));
            } else if (option instanceof Option.Profile profile) {
                write.setProfile(profile.name());
            } else if (option instanceof Option.Lifetime limited) {
                write.setExpiresAfterMillis(limited.lifetime().toMillis());
            } else if (option == Option.Flag.TRACE) {
                write.setTrace(true);
            }
        }
        return write.build();
    }

    private static int millis(Duration limit) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit.toMillis()));
    }

    /** How long one of a client's operations may last. */
    static Duration timeout(Duration otherwise, Option... options) {
        Duration timeout = otherwise;
        for (Option option : options) {
            timeout = option instanceof Option.Timeout given && !given.onlyShortens() ? given.limit() : timeout;
        }
        for (Option option : options) {
            boolean isShorter =
                    option instanceof Option.Timeout given && given.limit().compareTo(timeout) < 0;
            timeout = isShorter ? ((Option.Timeout) option).limit() : timeout;
        }
        return timeout;
    }

    static Option[] options(ReadOptions read) {
        List<Option> options = new ArrayList<>();
        if (read.hasR()) {
            options.add(Option.r(read.getR()));
        }
        if (read.hasPr()) {
            options.add(Option.pr(read.getPr()));
        }
        if (read.getAskAll()) {
            options.add(Option.askAll());
        }
        if (!read.getSession().isEmpty()) {
            options.add(Option.session(
                    io.dynamo.api.Context.ofBytes(read.getSession().toByteArray())));
        }
        return common(
                options, read.hasTimeoutMillis() ? read.getTimeoutMillis() : null, read.getProfile(), read.getTrace());
    }

    static Option[] options(WriteOptions write, Option.Id name) {
        List<Option> options = new ArrayList<>();
        if (write.hasW()) {
            options.add(Option.w(write.getW()));
        }
        if (write.hasPw()) {
            options.add(Option.pw(write.getPw()));
        }
        if (write.hasDurable()) {
            options.add(Option.durable(write.getDurable()));
        }
        if (write.hasExpiresAfterMillis()) {
            long most = Long.MAX_VALUE / 1_000_000;
            options.add(Option.expiresAfter(Duration.ofMillis(
                    Long.compareUnsigned(write.getExpiresAfterMillis(), most) > 0
                            ? most
                            : write.getExpiresAfterMillis())));
        }
        options.add(name);
        return common(
                options,
                write.hasTimeoutMillis() ? write.getTimeoutMillis() : null,
                write.getProfile(),
                write.getTrace());
    }

    private static Option[] common(List<Option> options, @Nullable Integer millis, String profile, boolean trace) {
        if (!profile.isEmpty()) {
            options.add(Option.profile(profile));
        }
        if (trace) {
            options.add(Option.trace());
        }
        if (millis != null) {
            options.add(Option.timeout(Duration.ofMillis(Integer.toUnsignedLong(millis))));
        }
        Deadline deadline = Context.current().getDeadline();
        if (deadline != null) {
            long nanos = (long) (deadline.timeRemaining(TimeUnit.NANOSECONDS) * NODE_SHARE);
            options.add(Option.timeoutAtMost(Duration.ofNanos(Math.max(1, nanos))));
        }
        return options.toArray(Option[]::new);
    }
}
