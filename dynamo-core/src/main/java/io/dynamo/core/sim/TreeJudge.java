package io.dynamo.core.sim;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.tree.Digest;
import io.dynamo.spi.Space;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * TREE: beside each record lies its digest, and nothing else. Reads both by itself, as it does not trust the product's index.
 */
final class TreeJudge {

    private final Machine machine;

    TreeJudge(Machine machine) {
        this.machine = machine;
    }

    /** The digests that should lie on the disk, by their place. */
    private Map<byte[], Digest> wanted() {
        Map<byte[], Digest> wanted = new TreeMap<>(Arrays::compareUnsigned);
        for (Map.Entry<byte[], byte[]> record : machine.disk.scan(Space.RECORDS, new byte[0], null)) {
            VersionSet set = DotLedger.setIn(record.getValue());
            if (!set.isEmpty()) {
                StoredKey key = StoredKey.parse(record.getKey());
                wanted.put(key.treeKey(), Digest.of(key.bytes(), set));
            }
        }
        return wanted;
    }

    /** What is wrong with what lies there; empty if nothing is. */
    String index() {
        Map<byte[], Digest> wanted = wanted();
        for (Map.Entry<byte[], byte[]> entry : machine.disk.scan(Space.TREES, new byte[0], null)) {
            if (entry.getKey()[2] == 0) {
                // No store's name is empty: it says when to look whether a record may be removed.
                continue;
            }
            Digest digest = wanted.remove(entry.getKey());
            if (digest == null || !Arrays.equals(digest.bytes(), entry.getValue())) {
                return "TREE " + StoredKey.ofTreeKey(entry.getKey()) + ": the digest on the disk of "
                        + machine.member.id() + " is not that of its record";
            }
        }
        return wanted.isEmpty()
                ? ""
                : "TREE " + wanted.size() + " records of " + machine.member.id() + " have no digest";
    }
}
