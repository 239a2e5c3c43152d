package io.dynamo.core;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.Member;
import io.dynamo.core.config.NodeSettings.StoreDurability;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.spi.Address;
import java.util.ArrayList;
import java.util.List;

/** What is possible, and yet may not be what was meant: logged when a node opens. */
final class Cautions {

    private Cautions() {}

    /**
     * All of them.
     *
     * @param settings of the node
     * @param bound where it listens
     * @param isInMemory whether its engine keeps nothing
     */
    static List<String> of(NodeSettings settings, Address bound, boolean isInMemory) {
        List<String> cautions = new ArrayList<>();
        ports(settings, bound, cautions);
        if (isInMemory) {
            settings.stores().forEach((name, store) -> durability(name, store, cautions));
        }
        return cautions;
    }

    /** Ports may be mapped on the way, so that only the operator knows whether they fit. */
    private static void ports(NodeSettings settings, Address bound, List<String> cautions) {
        List<Member> members = settings.cluster().members();
        for (Member member : members) {
            boolean isSelf = member.id().equals(settings.nodeId());
            if (members.size() > 1 && isSelf && member.address().port() != bound.port()) {
                cautions.add("it listens on port " + bound.port() + ", while cluster.members sends the others to "
                        + member.address() + ": none of them reaches it unless something maps the one to the other");
            }
        }
    }

    /** The same configuration runs on every engine, so that this is no reason to refuse it. */
    private static void durability(String name, StoreSettings store, List<String> cautions) {
        String chosen = store.durability()
                .filter(durability -> durability != StoreDurability.BUFFERED)
                .map(durability -> ".durability = " + (durability == StoreDurability.SYNC ? "sync" : "one-of-n"))
                .orElse("");
        int durable = store.defaults().durable().orElse(0);
        if (!chosen.isEmpty() || durable > 0) {
            cautions.add("stores." + name + (chosen.isEmpty() ? ".durable = " + durable : chosen)
                    + " asks for a disk, and this storage engine has none: acknowledged means in memory");
        }
    }
}
