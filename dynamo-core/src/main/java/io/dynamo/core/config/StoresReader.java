package io.dynamo.core.config;

import io.dynamo.core.config.NodeSettings.Mode;
import io.dynamo.core.config.NodeSettings.RequestDefaults;
import io.dynamo.core.config.NodeSettings.StoreDurability;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads quorums, stores and profiles, and refuses numbers that cannot be met. */
final class StoresReader {

    private static final int REPLICAS = 3;
    private static final String LAST_WRITE_WINS = "last-write-wins";

    /** A number of replicas and the setting that decides it. */
    private record Count(String name, int value) {}

    private final Given given;
    private final int members;

    StoresReader(Given given, int members) {
        this.given = given;
        this.members = members;
    }

    StoreSettings storeDefaults() {
        Count n = sharedN();
        return new StoreSettings(
                n.value(),
                Mode.SIBLINGS,
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                defaults("", n));
    }

    Map<String, StoreSettings> stores() {
        Map<String, StoreSettings> stores = new LinkedHashMap<>();
        given.below(Schema.STORES).forEach(name -> stores.put(name, store(name)));
        return Collections.unmodifiableMap(stores);
    }

    /** A profile has to fit at least one store; whether it fits the store at hand is known when it is used. */
    Map<String, RequestDefaults> profiles() {
        Count largest = sharedN();
        for (String store : given.below(Schema.STORES)) {
            Count n = storeN(store);
            largest = n.value() > largest.value() ? n : largest;
        }
        Map<String, RequestDefaults> profiles = new LinkedHashMap<>();
        for (String name : given.below(Schema.PROFILES)) {
            profiles.put(name, profile(name, largest));
        }
        return Collections.unmodifiableMap(profiles);
    }

    private StoreSettings store(String name) {
        Count n = storeN(name);
        Mode mode = Mode.valueOf(given.read(Schema.STORE_MODE, name).toUpperCase(Locale.ROOT));
        Optional<String> reconciler = given.find(Schema.STORE_RECONCILER, name);
        if (mode == Mode.LWW && reconciler.isPresent() && !reconciler.get().equals(LAST_WRITE_WINS)) {
            given.refuse(
                    Schema.STORE_RECONCILER.at(name),
                    LAST_WRITE_WINS + ", because " + given.show(Schema.STORE_MODE.at(name)));
        }
        Optional<StoreDurability> durability = given.find(Schema.STORE_DURABILITY, name)
                .map(text ->
                        StoreDurability.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_')));
        return new StoreSettings(
                n.value(),
                mode,
                durability,
                writeBuffer(name, durability),
                given.read(Schema.STORE_BLIND_PUT, name).equals("allow"),
                clockTruncation(name, n),
                given.read(Schema.STORE_EXPIRES_AFTER, name),
                reconciler,
                defaults(name, n));
    }

    /** What the engine promises by itself may be a sync, so the weaker promise has to be asked for. */
    private Optional<Integer> writeBuffer(String name, Optional<StoreDurability> durability) {
        Optional<Integer> objectsMax = given.read(Schema.STORE_WRITE_BUFFER, name);
        if (objectsMax.isPresent() && durability.orElse(StoreDurability.SYNC) == StoreDurability.SYNC) {
            given.refuse(
                    Schema.STORE_WRITE_BUFFER.at(name),
                    "off, because " + given.show(Schema.STORE_DURABILITY.at(name)) + " and not buffered or one-of-n");
        }
        return objectsMax;
    }

    /** Every replica may have an entry that has to stay; below twice N, one could go as soon as its run is over. */
    private Optional<Integer> clockTruncation(String name, Count n) {
        Optional<Integer> entriesMax = given.read(Schema.STORE_CLOCK_TRUNCATION, name);
        if (entriesMax.isPresent() && entriesMax.get() < 2 * n.value()) {
            given.refuse(
                    Schema.STORE_CLOCK_TRUNCATION.at(name),
                    "off, or at least " + 2 * n.value() + ", twice " + given.show(n.name(), n.value()));
        }
        return entriesMax;
    }

    /** Everything is filled in; an empty name stands for stores that are not named. */
    private RequestDefaults defaults(String store, Count n) {
        int majority = n.value() / 2 + 1;
        Count r = count(store, Schema.STORE_R, Schema.R, majority);
        Count w = count(store, Schema.STORE_W, Schema.W, majority);
        Count pr = count(store, Schema.STORE_PR, Schema.PR, 0);
        Count pw = count(store, Schema.STORE_PW, Schema.PW, 0);
        Count durable = new Count(Schema.STORE_DURABLE.at(store), given.read(Schema.STORE_DURABLE, store));
        atMost(r, n);
        atMost(w, n);
        atMost(pr, r);
        atMost(pw, w);
        atMost(durable, w);
        return new RequestDefaults(
                Optional.of(r.value()),
                Optional.of(w.value()),
                Optional.of(pr.value()),
                Optional.of(pw.value()),
                Optional.of(durable.value()),
                timeout(Schema.STORE_TIMEOUT, store).or(() -> Optional.of(given.read(Schema.REQUEST_TIMEOUT))),
                given.find(Schema.STORE_ASK, store)
                        .or(() -> Optional.of(given.read(Schema.READ_ASK)))
                        .map("all"::equals));
    }

    private RequestDefaults profile(String name, Count largestN) {
        Optional<Integer> r = profileCount(Schema.PROFILE_R, name, largestN);
        Optional<Integer> w = profileCount(Schema.PROFILE_W, name, largestN);
        Optional<Integer> pr = profileCount(Schema.PROFILE_PR, name, largestN);
        Optional<Integer> pw = profileCount(Schema.PROFILE_PW, name, largestN);
        Optional<Integer> durable = profileCount(Schema.PROFILE_DURABLE, name, largestN);
        atMost(Schema.PROFILE_PR.at(name), pr, Schema.PROFILE_R.at(name), r);
        atMost(Schema.PROFILE_PW.at(name), pw, Schema.PROFILE_W.at(name), w);
        atMost(Schema.PROFILE_DURABLE.at(name), durable, Schema.PROFILE_W.at(name), w);
        return new RequestDefaults(
                r,
                w,
                pr,
                pw,
                durable,
                timeout(Schema.PROFILE_TIMEOUT, name),
                given.find(Schema.PROFILE_ASK, name).map("all"::equals));
    }

    /** A request that lasts longer could not be repeated: its write id would be too old. */
    private Optional<Duration> timeout(Key<Duration> key, String chosen) {
        Optional<Duration> timeout = given.find(key, chosen);
        if (timeout.isPresent() && timeout.get().compareTo(given.read(Schema.RETRY_WINDOW)) > 0) {
            given.refuse(
                    key.at(chosen),
                    "at most " + given.show(Schema.RETRY_WINDOW.name(), Schema.RETRY_WINDOW.otherwise()));
        }
        return timeout;
    }

    private Optional<Integer> profileCount(Key<Integer> key, String name, Count largestN) {
        Optional<Integer> count = given.find(key, name);
        count.ifPresent(value -> atMost(new Count(key.at(name), value), largestN));
        return count;
    }

    private Count sharedN() {
        Count n = new Count(Schema.N.name(), given.find(Schema.N).orElse(Math.min(REPLICAS, members)));
        return withinMembers(n);
    }

    private Count storeN(String store) {
        return given.find(Schema.STORE_N, store)
                .map(n -> withinMembers(new Count(Schema.STORE_N.at(store), n)))
                .orElseGet(this::sharedN);
    }

    private Count withinMembers(Count n) {
        if (n.value() > members) {
            given.refuse(n.name(), "at most " + members + ", the number of members");
        }
        return n;
    }

    /** The store's own, else the shared one, else the default. */
    private Count count(String store, Key<Integer> own, Key<Integer> shared, int otherwise) {
        Optional<Integer> mine = store.isEmpty() ? Optional.empty() : given.find(own, store);
        return mine.map(value -> new Count(own.at(store), value))
                .orElseGet(() -> new Count(shared.name(), given.find(shared).orElse(otherwise)));
    }

    private void atMost(String name, Optional<Integer> value, String limitName, Optional<Integer> limit) {
        if (value.isPresent() && limit.isPresent()) {
            atMost(new Count(name, value.get()), new Count(limitName, limit.get()));
        }
    }

    private void atMost(Count count, Count limit) {
        if (count.value() > limit.value()) {
            given.problem(given.show(count.name(), count.value()) + "; allowed: at most "
                    + given.show(limit.name(), limit.value()));
        }
    }
}
