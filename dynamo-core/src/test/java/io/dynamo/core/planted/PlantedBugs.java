package io.dynamo.core.planted;

import java.util.List;

/** The bugs that the simulator must find; where each comes from is told in ADR 0018. */
final class PlantedBugs {

    private PlantedBugs() {}

    static final List<PlantedBug> ALL = List.of(
            PlantedBug.named("an actor is used again after a restart")
                    .in("replica/Replica", "own == null || !incarnation.drew(own) || held", "own == null || held")
                    .breaks("I9")
                    .foundBy("swarm", 37),
            PlantedBug.named("a corrupt record is read as not found")
                    .in("replica/StoredRecords", "return isOwn ?", """
                            if (isOwn) {
                                try {
                                    return RecordCodec.decode(key, bytes);
                                } catch (StorageException corrupt) {
                                    return Held.NONE;
                                }
                            }
                            return isOwn ?""")
                    .breaks("I1", "I6", "I8")
                    .foundBy("disks", 24),
            PlantedBug.named("read repair sends the last write only")
                    .in(
                            "coordinate/ReadRequest",
                            "merge(key, merged, store",
                            "merge(key, merged.lastWriteOnly(), store")
                    .in(
                            "coordinate/ReadRequest",
                            "key.key(), merged, false",
                            "key.key(), merged.lastWriteOnly(), false")
                    .breaks("I1", "I6")
                    .foundBy("swarm", 1),
            PlantedBug.named("merge drops all but one of the siblings that both sides hold")
                    .in("causality/VersionSet", "kept.add(versions[i++]);", """
                            if (kept.isEmpty()) {
                                kept.add(versions[i]);
                            }
                            i++;
                            """)
                    .breaks("I1", "I6")
                    .foundBy("swarm", 1),
            PlantedBug.named("acknowledged before it is synced")
                    .in(
                            "replica/Commits",
                            "engine.write(commit.writes, commit.durability,",
                            "engine.write(commit.writes, io.dynamo.spi.Durability.BUFFERED,")
                    .breaks("I1", "I6", "I8")
                    .foundBy("swarm", 1),
            PlantedBug.named("a retry mints again")
                    .in(
                            "coordinate/Coordinator",
                            "command.origin() == WriteCommand.Origin.FRESH ? null : replica.remembered(key, command.id())",
                            "null")
                    .breaks("I3")
                    .foundBy("swarm", 1),
            PlantedBug.named("a second coordinator is not told of the first")
                    .in("coordinate/ForwardRequest", "mayBeMintedElsewhere |= mayBeMinted;", "")
                    .breaks("I3")
                    .foundBy("swarm", 6),
            PlantedBug.named("a second coordinator that is told of the first does not look")
                    .in(
                            "coordinate/Coordinator",
                            "readThenMint(store, key, command, plan, result);",
                            "mint(store, key, command, plan, result);")
                    .breaks("I3")
                    .foundBy("swarm", 1),
            PlantedBug.named("a context of more than three entries forgets the oldest")
                    .in("causality/Truncation", "if (after.context().entries() <= entriesMax) {", """
                            if (after.context().entries() > 3) {
                                return excess(after, 3, actor -> true);
                            }
                            if (after.context().entries() <= entriesMax) {
                            """)
                    .breaks("I3")
                    .foundBy("swarm", 1),
            PlantedBug.named("two runs of a node within ten seconds have one incarnation")
                    .in(
                            "replica/Incarnations",
                            "Incarnation.of(Math.max(runtime.wallMillis(), last + 1), directory, random.nextLong())",
                            "Incarnation.of(Math.max(runtime.wallMillis(), last + 1) / 10_000 * 10_000, directory, 0)")
                    .breaks("I9")
                    .foundBy("swarm", 1),
            PlantedBug.named("not found outvotes a value")
                    .in(
                            "coordinate/ReadRequest",
                            "result.complete(new ReadResult(merged, answered(), trace(), isGivenUp));",
                            """
                            int missing = 0;
                            for (Ask ask : asks) {
                                missing += ask.status == Status.NOT_FOUND ? 1 : 0;
                            }
                            result.complete(new ReadResult(2 * missing >= counted() ? VersionSet.EMPTY : merged, answered(), trace(), false));
                            """)
                    .breaks("I6")
                    .foundBy("swarm", 3),
            PlantedBug.named("a quorum is enough for a session")
                    .in("coordinate/ReadRequest", "return session.isSatisfiedBy(merged);", "return true;")
                    .breaks("I7")
                    .foundBy("stand-ins", 2),
            PlantedBug.named("where the last write wins, the last answer wins")
                    .in(
                            "coordinate/ReadRequest",
                            "store.lastWriteOnly() ? joined.lastWriteOnly() : joined;",
                            "store.lastWriteOnly() ? set : joined;")
                    .breaks("I6")
                    .foundBy("swarm", 26),
            PlantedBug.named("a doubled reply counts twice towards W")
                    .in(
                            "coordinate/QuorumRequest",
                            "if (ask.peer == from && ask.isOpen()) {",
                            "if ((ask.peer == from || this instanceof WriteRequest) && ask.isOpen()) {")
                    .breaks("I1", "I6", "I8")
                    .foundBy("swarm", 7),
            PlantedBug.named("a blind put covers what its coordinator holds")
                    .in(
                            "coordinate/WriteRequest",
                            "command.seen(),",
                            "command.blind() ? home.replica().peek(key).context() : command.seen(),")
                    .breaks("I1", "I6")
                    .foundBy("swarm", 1),
            PlantedBug.named("a failed commit does not end the incarnation")
                    .in("replica/Replica", "incarnations.end(failure);", "")
                    .breaks("I9")
                    .foundBy("disks", 1),
            PlantedBug.named("what is staged already is acknowledged at once")
                    .in(
                            "replica/Overlay",
                            "if (uncommitted == null || uncommitted.isAhead()) {",
                            "if (uncommitted == null || !uncommitted.commit().met.get()) {")
                    .breaks("I1", "I6", "I8")
                    .foundBy("disks", 7),
            PlantedBug.named("a last write is stamped by the wall clock alone")
                    .in(
                            "replica/LaneClock",
                            "HybridClock.next(wallMillis, Math.max(floor, above))",
                            "HybridClock.next(wallMillis, 0)")
                    .breaks("I11", "I12")
                    .foundBy("clocks", 2),
            PlantedBug.named("a forwarded write is NOT_APPLIED although it may have been minted")
                    .in("coordinate/ForwardRequest", "if (mayBeMinted) {", "if (tried.size() > coordinators.length) {")
                    .in(
                            "coordinate/ForwardRequest",
                            "return mayBeMinted ? Outcome.UNKNOWN : answer.outcome();",
                            "return answer.outcome();")
                    .in(
                            "coordinate/ForwardRequest",
                            "mayBeMinted ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,",
                            "Outcome.NOT_APPLIED,")
                    .in("coordinate/ForwardRequest", "Repeats.honest(key, mine, here)", "here")
                    .breaks("I8")
                    .foundBy("swarm", 109),
            PlantedBug.named("read repair is left out")
                    .in(
                            "coordinate/ReadRequest",
                            "known == null || !ask.isPrimary || known.merge(merged) == known",
                            "known == null || !known.isEmpty()")
                    .breaks("I4")
                    .foundBy("swarm", 6),
            PlantedBug.named("an answer does not end a silence")
                    .in("membership/Silence", "sinceNanos.set(NOTHING_WAITS);", "")
                    .breaks("VIEW")
                    .foundBy("swarm", 1),
            PlantedBug.named("who is held down is never probed again")
                    .in("membership/Standing", "return signs.nowNanos() < dueNanos\n", "return dueNanos > 0\n")
                    .breaks("VIEW")
                    .foundBy("swarm", 7),
            PlantedBug.named("a digest leaves out what was seen")
                    .in(
                            "tree/Digest",
                            "VersionSetCodec.encodeCausality(set)",
                            "VersionSetCodec.encodeCausality(VersionSet.of("
                                    + "io.dynamo.core.causality.CausalContext.EMPTY, set.versions()))")
                    .breaks("I4")
                    .foundBy("repair", 115),
            PlantedBug.named("a failed commit leaves the trees as they are")
                    .in("replica/Trees", "if (hasFailed) {", "if (hasFailed && changed.key() == null) {")
                    .breaks("I4")
                    .foundBy("repair", 8),
            PlantedBug.named("whoever compares takes and does not give")
                    .in("repair/TreeServer", "boolean wanted = lacks(set, request.known());", "boolean wanted = false;")
                    .breaks("I4")
                    .foundBy("repair", 6),
            PlantedBug.named("who is held down is not asked at all")
                    .in(
                            "coordinate/Candidates",
                            "return new Candidates(ordered.toArray(Peer[]::new), Math.min(n, list.length));",
                            "ordered.removeIf(Peer::isHeldDown);"
                                    + "return new Candidates(ordered.toArray(Peer[]::new), Math.min(n, ordered.size()));")
                    .breaks("WRITEABLE")
                    .foundBy("swarm", 1),
            PlantedBug.named("a hint is let go when it is sent")
                    .in("coordinate/Handoff", "open.add(request);", """
                            open.add(request);
                            if (!delivery.kept().isOwed()) {
                                kept.handedOver(delivery.kept(), delivery.target().id());
                            }
                            """)
                    .breaks("HINT", "I1", "I6", "I8")
                    .foundBy("stand-ins", 1),
            PlantedBug.named("what is owed is settled when it is sent")
                    .in("coordinate/Handoff", "open.add(request);", """
                            open.add(request);
                            if (delivery.kept().isOwed()) {
                                kept.handedOver(delivery.kept(), delivery.target().id());
                            }
                            """)
                    .breaks("I4")
                    .foundBy("owed", 41),
            PlantedBug.named("what is owed is settled although it has become more")
                    .in("replica/ForOthers", "replica.look(sent.key()).set().equals(sent.set()) && ", "")
                    .breaks("I4")
                    .foundBy("owed", 17),
            PlantedBug.named("nobody is owed what it has missed")
                    .in("coordinate/WriteRequest", "if (!missed.isEmpty()) {", "if (missed.size() > 9) {")
                    .breaks("I4")
                    .foundBy("owed", 5),
            PlantedBug.named("a hint is let go although it has become more")
                    .in("replica/ForOthers", " || !held.set().equals(sent)", "")
                    .breaks("HINT", "I1", "I6", "I8")
                    .foundBy("stand-ins", 9),
            PlantedBug.named("a hint is let go when the first of its owners has it")
                    .in("replica/ForOthers", "held.hint().without(target)", "Hint.NONE")
                    .breaks("HINT", "I1", "I6", "I8")
                    .foundBy("stand-ins", 1),
            PlantedBug.named("what an earlier run kept for others is not looked for")
                    .in("replica/Replica", "this.hints.mayHoldIn(partition);", "")
                    .breaks("HEAL", "I8")
                    .foundBy("stand-ins", 1),
            PlantedBug.named("a node that has lost its data answers readers")
                    .in(
                            "RequestServer",
                            "boolean isBehind = shared.behind().lacks(partition);",
                            "boolean isBehind = false;")
                    .breaks("I6")
                    .foundBy("returns", 5),
            PlantedBug.named("who has lost its data catches up with one owner only")
                    .in(
                            "repair/CatchUp",
                            "others(partition).remove(with.peer());",
                            "open.computeIfPresent(partition, (any, left) -> new ArrayList<>());")
                    .breaks("I1", "I6")
                    .foundBy("returns", 17),
            PlantedBug.named("a comparison is one whatever came of it")
                    .in(
                            "repair/Outcome",
                            "return state == State.EQUAL || state == State.COMPLETE || state == State.TAKEN;",
                            "return true;")
                    .breaks("I1", "I6")
                    .foundBy("returns", 17),
            PlantedBug.named("a crash ends catching up")
                    .in("replica/Behind", "KEY, next.bytes()", "KEY, Standing.CAUGHT_UP.bytes()")
                    .breaks("I1", "I6")
                    .foundBy("returns", 13),
            PlantedBug.named("the write buffer has no bound")
                    .in("replica/WriteBuffer", "if (before >= max) {", "if (before >= 100 * max) {")
                    .breaks("I11")
                    .foundBy("buffered", 22),
            PlantedBug.named("a sync that was asked for is acknowledged from the write buffer")
                    .in("replica/Keeping", "entriesMax, true, 0)", "entriesMax, true, aheadMax)")
                    .breaks("I8")
                    .foundBy("buffered", 9),
            PlantedBug.named("one of N is to sync, and is not told")
                    .in("coordinate/WriteRequest", "|| peer == syncing;", "|| peer == syncing && peer.isSelf();")
                    .breaks("I8")
                    .foundBy("buffered", 11),
            PlantedBug.named("an expired winner makes way for the loser")
                    .in("coordinate/ReadRequest", "store.lastWriteOnly() ? joined.lastWriteOnly() : joined;", """
                            store.lastWriteOnly() ? living(joined).lastWriteOnly() : joined;
                            """)
                    .in("coordinate/ReadRequest", "    private Status know(", """
                            private VersionSet living(VersionSet all) {
                                long now = home.runtime().wallMillis();
                                return VersionSet.of(
                                        all.context(),
                                        all.versions().stream().filter(one -> !one.isExpiredAt(now)).toList());
                            }

                            private Status know(""")
                    .breaks("I12")
                    .foundBy("expiry", 2),
            PlantedBug.named("an expired value is read until it is overwritten")
                    .in("StoreAccess", "result.set().asOf(node.runtime().wallMillis())", "result.set()")
                    .breaks("I5")
                    .foundBy("expiry", 1),
            PlantedBug.named("who stores a version counts its lifetime anew")
                    .in("replica/Replica", "Held merged = held.merge(news,", """
                            List<Version> anew = new ArrayList<>();
                            for (Version one : news.versions()) {
                                long end = one.expiresAtMillis() == 0 ? 0 : one.expiresAtMillis() + 1_000;
                                anew.add(new Version(one.dot(), one.timestamp(), end, one.writeId(), one.value()));
                            }
                            Held merged = held.merge(VersionSet.of(news.context(), anew),""")
                    .in("replica/Replica", "import java.util.function.Consumer;", """
                            import java.util.ArrayList;
                            import java.util.List;
                            import java.util.function.Consumer;
                            """)
                    .breaks("I9")
                    .foundBy("expiry", 1));
}
