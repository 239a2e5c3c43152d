package io.dynamo.core.membership;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.core.ring.Ring;
import io.dynamo.core.wire.Hello;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all nodes of a cluster must be configured with alike, and how two of them differ. Pure. */
final class Agreement {

    private Agreement() {}

    static List<Hello.Setting> of(NodeSettings settings) {
        Map<String, String> agreed = new TreeMap<>();
        agreed.put("cluster.partitions", Integer.toString(settings.cluster().partitions()));
        agreed.put("ring.hash", Ring.HASH);
        for (NodeSettings.Member member : settings.cluster().members()) {
            agreed.put(
                    "cluster.members." + member.id(), "weight " + member.weight() + ", zone '" + member.zone() + "'");
        }
        agreed.put("limits.key", Integer.toString(settings.limits().keyBytesMax()));
        agreed.put("limits.value", Integer.toString(settings.limits().valueBytesMax()));
        agreed.put("limits.record", Integer.toString(settings.limits().recordBytesMax()));
        agreed.put("limits.siblings-max", Integer.toString(settings.limits().siblingsMax()));
        NodeSettings.Requests requests = settings.requests();
        agreed.put("message.lifetime", requests.messageLifetime().toString());
        // What was deleted is removed when no session and no repeat can be about it any more, on any node.
        agreed.put("retry.window", requests.retryWindow().toString());
        agreed.put("session.lifetime", requests.sessionLifetime().toString());
        put(agreed, "quorum", settings.storeDefaults());
        settings.stores().forEach((name, store) -> put(agreed, "stores." + name, store));
        List<Hello.Setting> list = new ArrayList<>(agreed.size());
        agreed.forEach((name, value) -> list.add(new Hello.Setting(name, value)));
        return list;
    }

    private static void put(Map<String, String> agreed, String prefix, StoreSettings store) {
        agreed.put(prefix + ".n", Integer.toString(store.n()));
        agreed.put(prefix + ".mode", store.mode().toString());
        agreed.put(
                prefix + ".durability", store.durability().map(Object::toString).orElse("the engine's default"));
        store.expiresAfter().ifPresent(after -> agreed.put(prefix + ".expires-after", after.toString()));
        store.writeBuffer().ifPresent(most -> agreed.put(prefix + ".write-buffer", Integer.toString(most)));
        agreed.put(prefix + ".blind-put", store.blindPut() ? "allow" : "refuse");
        agreed.put(
                prefix + ".clock-truncation",
                store.clockTruncation().map(Object::toString).orElse("off"));
    }

    /** What keeps two nodes from a link, whatever they hold; empty if nothing does. */
    static String difference(NodeSettings settings, List<Hello.Setting> here, Hello hello) {
        String cluster = settings.cluster().name();
        if (!hello.cluster().equals(cluster)) {
            return "cluster.name = " + cluster + " here, " + hello.cluster() + " there";
        }
        if (hello.protocol() != Hello.PROTOCOL) {
            return "message version " + Hello.PROTOCOL + " here, " + hello.protocol() + " there";
        }
        List<String> differences = differences(here, hello.settings());
        return differences.isEmpty() ? "" : "different configuration: " + String.join("; ", differences);
    }

    /** Each difference by name, both values named; empty if there is none. */
    static List<String> differences(List<Hello.Setting> here, List<Hello.Setting> there) {
        Map<String, String> mine = asMap(here);
        Map<String, String> theirs = asMap(there);
        List<String> differences = new ArrayList<>();
        mine.forEach((name, value) -> {
            String other = theirs.getOrDefault(name, "(not set)");
            if (!other.equals(value)) {
                differences.add(name + " = " + value + " here, " + other + " there");
            }
        });
        theirs.forEach((name, value) -> {
            if (!mine.containsKey(name)) {
                differences.add(name + " = (not set) here, " + value + " there");
            }
        });
        return differences;
    }

    private static Map<String, String> asMap(List<Hello.Setting> settings) {
        Map<String, String> map = new TreeMap<>();
        settings.forEach(setting -> map.put(setting.name(), setting.value()));
        return map;
    }
}
