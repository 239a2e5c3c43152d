package io.dynamo.core.ring;

/**
 * A node as the ring sees it.
 *
 * @param id its node id
 * @param weight its share of the partitions relative to others, from 1
 * @param zone where it stands; preference lists spread over zones
 */
public record RingMember(String id, int weight, String zone) {

    /**
     * Checks the range.
     *
     * @param id see the record
     * @param weight see the record
     * @param zone see the record
     */
    public RingMember {
        if (id.isBlank() || weight < 1) {
            throw new IllegalArgumentException(
                    "member " + id + " with weight " + weight + "; the weight is at least 1");
        }
    }
}
