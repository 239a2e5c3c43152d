package io.dynamo.core.wire;

import io.dynamo.core.tree.Digest;
import io.dynamo.core.wire.proto.Wire;
import java.util.List;

/** The bytes of messages by which deleted records are removed. */
final class SettleMessageCodec {

    private static final List<SettleRequest.Step> STEPS = List.of(SettleRequest.Step.values());

    private SettleMessageCodec() {}

    static Wire.SettleRequest.Builder encode(SettleRequest settle) {
        Wire.SettleRequest.Builder body = Wire.SettleRequest.newBuilder()
                .setRequest(settle.request())
                .setStep(STEPS.indexOf(settle.step()))
                .setPartition(settle.partition())
                .setEpoch(settle.epoch())
                .setStore(settle.store())
                .setTimeoutMicros(settle.timeoutMicros());
        settle.items()
                .forEach(item -> body.addItems(Wire.SettleItem.newBuilder()
                        .setKey(MessageCodec.wrap(item.key()))
                        .setDigest(MessageCodec.wrap(item.digest().bytes()))
                        .setEntries(MessageCodec.entries(item.entries()))));
        return body;
    }

    static SettleRequest decode(Wire.SettleRequest in) {
        if (in.getStep() < 0 || in.getStep() >= STEPS.size()) {
            throw new IllegalArgumentException(
                    "step " + in.getStep() + " of settling, which this version does not know");
        }
        return new SettleRequest(
                in.getRequest(),
                STEPS.get(in.getStep()),
                in.getPartition(),
                in.getEpoch(),
                in.getStore(),
                in.getItemsList().stream()
                        .map(item -> new SettleRequest.Item(
                                item.getKey().toByteArray(),
                                Digest.parse(item.getDigest().toByteArray()),
                                MessageCodec.entries(item.getEntries())))
                        .toList(),
                in.getTimeoutMicros());
    }

    static Wire.SettleResponse.Builder encode(SettleResponse settled) {
        return Wire.SettleResponse.newBuilder()
                .setRequest(settled.request())
                .setEpoch(settled.epoch())
                .addAllAgreed(settled.agreed());
    }

    static SettleResponse decode(Wire.SettleResponse in) {
        return new SettleResponse(in.getRequest(), in.getEpoch(), in.getAgreedList());
    }
}
