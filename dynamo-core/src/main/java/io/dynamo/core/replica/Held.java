package io.dynamo.core.replica;

import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.tree.Digest;
import org.jspecify.annotations.Nullable;

/** What this node holds of one key. Confined to a lane. */
final class Held {

    /** Nothing held. */
    static final Held NONE = new Held(VersionSet.EMPTY, null);

    private final VersionSet set;
    private final @Nullable Actor own;
    private final Hint hint;
    // Computed when it is asked for: the next write of the key asks again.
    private @Nullable Digest digest;

    Held(VersionSet set, @Nullable Actor own, Hint hint) {
        this.set = set;
        this.own = own;
        this.hint = hint;
    }

    Held(VersionSet set, @Nullable Actor own) {
        this(set, own, Hint.NONE);
    }

    /** What is known of the key. */
    VersionSet set() {
        return set;
    }

    /**
     * The actor this node drew for this record; null before its first write here. Local: never sent, never taken from
     * others.
     */
    @Nullable
    Actor own() {
        return own;
    }

    /** For whom, if it is not this node's own. */
    Hint hint() {
        return hint;
    }

    /** Its digest under the key it is held of. */
    Digest digest(StoredKey key) {
        Digest known = digest;
        if (known == null) {
            known = Digest.of(key.bytes(), set);
            digest = known;
        }
        return known;
    }

    /** The same record, for others than before. */
    Held keptFor(Hint others) {
        return others == hint ? this : new Held(set, own, others);
    }

    /**
     * This record and what another replica knows.
     *
     * <p>If the other has seen more of our own actor than we hold, we have forgotten writes of ours: the actor is given up,
     * so that none of its dots is minted twice (traps T3).
     */
    Held merge(VersionSet incoming, boolean lastWriteOnly) {
        VersionSet joined = set.merge(incoming);
        VersionSet merged = lastWriteOnly ? joined.lastWriteOnly() : joined;
        Actor kept = own != null && knowsMoreOf(own, incoming.context()) ? null : own;
        return merged == set && kept == own ? this : new Held(merged, kept, hint);
    }

    /**
     * Forgets what the coordinator of a write forgot with it. An actor of the present run stays, whatever others believe:
     * its next dot is counted on from here.
     */
    Held without(CausalContext forgotten, @Nullable Incarnation present) {
        VersionSet rest = set.without(forgotten, actor -> present != null && present.drew(actor));
        if (rest == set) {
            return this;
        }
        return new Held(rest, own != null && rest.context().highest(own) == 0 ? null : own, hint);
    }

    /** Whether a context has seen more of an actor than this record holds. */
    boolean knowsMoreOf(Actor actor, CausalContext context) {
        return context.highest(actor) > set.context().highest(actor);
    }
}
