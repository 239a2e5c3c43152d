package io.dynamo.core.coordinate;

import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.Trace;
import io.dynamo.core.causality.Dot;
import java.util.List;

/**
 * What a write did.
 *
 * @param dot the version that was minted
 * @param timestamp its timestamp
 * @param coordinator who minted it
 * @param answers what each replica said when it was done
 * @param trace what happened, if asked for
 */
public record WriteResult(Dot dot, long timestamp, String coordinator, List<ReplicaAnswer> answers, Trace trace) {}
