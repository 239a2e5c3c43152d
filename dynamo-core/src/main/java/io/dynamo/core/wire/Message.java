package io.dynamo.core.wire;

/**
 * Something one node says to another. Arrays inside are never changed once the message is made.
 *
 * <p>A request and its response carry the same request id, chosen by the asker.
 */
public sealed interface Message
        permits Hello, HelloResponse, MemberTableMessage, Chunk, Message.Request, Message.Response {

    /** A message that wants an answer. */
    sealed interface Request extends Message
            permits GetReplicaRequest,
                    PutReplicaRequest,
                    CoordinatePutRequest,
                    ListKeysRequest,
                    ProbeRequest,
                    CompareTreesRequest,
                    SubtreesRequest,
                    LeafRequest,
                    CompareRecordRequest,
                    SettleRequest {
        /**
         * Names the request among those of its sender.
         *
         * @return 0 if no answer is wanted
         */
        long request();

        /**
         * How long the asker waits, from the sending on.
         *
         * @return microseconds
         */
        long timeoutMicros();
    }

    /** A message that answers a request. */
    sealed interface Response extends Message
            permits GetReplicaResponse,
                    PutReplicaResponse,
                    CoordinatePutResponse,
                    ListKeysResponse,
                    ProbeResponse,
                    CompareTreesResponse,
                    SubtreesResponse,
                    LeafResponse,
                    CompareRecordResponse,
                    SettleResponse,
                    Rejection {
        /**
         * The request it answers.
         *
         * @return its id
         */
        long request();
    }
}
