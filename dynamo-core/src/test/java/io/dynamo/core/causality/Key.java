package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Short words for writing down a history of one key in a test. */
final class Key {

    private Key() {}

    static Actor actor(int number) {
        return new Actor(0, 0, number);
    }

    static Version version(Dot dot, String value) {
        return version(dot, value, 0);
    }

    static Version version(Dot dot, String value, long timestamp) {
        WriteId id = new WriteId(0, value.hashCode());
        return new Version(dot, timestamp, 0, id, value.getBytes(StandardCharsets.UTF_8));
    }

    static Dot next(VersionSet set, Actor actor) {
        return new Dot(actor, set.context().highest(actor) + 1);
    }

    static VersionSet put(VersionSet set, Actor actor, CausalContext seen, String value) {
        return set.write(seen, version(next(set, actor), value));
    }

    static CausalContext vector(Dot... runs) {
        return CausalContext.of(List.of(runs), List.of());
    }

    static List<String> values(VersionSet set) {
        return set.versions().stream().map(Key::text).toList();
    }

    private static String text(Version version) {
        byte[] value = version.value();
        return value == null ? "deleted" : new String(value, StandardCharsets.UTF_8);
    }
}
