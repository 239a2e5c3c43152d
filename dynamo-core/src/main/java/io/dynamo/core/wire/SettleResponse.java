package io.dynamo.core.wire;

import java.util.List;

/**
 * Answers a step on the way to removing deleted records.
 *
 * @param request the request's id
 * @param epoch the number of the last vote that the answerer has taken part in, this one included
 * @param agreed the places of those records in the request to which the answer is yes
 */
public record SettleResponse(long request, long epoch, List<Integer> agreed) implements Message.Response {

    /**
     * Copies the list.
     *
     * @param request see the record
     * @param epoch see the record
     * @param agreed see the record
     */
    public SettleResponse {
        agreed = List.copyOf(agreed);
    }
}
