package io.dynamo.remote;

import io.dynamo.api.Health;
import io.dynamo.remote.proto.AdminGrpc;
import io.dynamo.remote.proto.HealthRequest;
import io.dynamo.remote.proto.HealthResponse;
import io.dynamo.remote.proto.LocateRequest;
import io.dynamo.remote.proto.LocateResponse;
import io.dynamo.remote.proto.Member;
import io.dynamo.remote.proto.PreferenceList;
import io.dynamo.remote.proto.RingRequest;
import io.dynamo.remote.proto.RingResponse;
import io.dynamo.remote.proto.StoreSettings;
import io.dynamo.spi.ClientAccess;
import io.dynamo.spi.ClientAccess.Location;
import io.dynamo.spi.ClientAccess.RingView;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** {@code dynamo.v1.Admin}. Thread: calls come on event loops, nothing here waits. */
final class AdminService extends AdminGrpc.AdminImplBase {

    private final RemoteServices services;

    AdminService(RemoteServices services) {
        this.services = services;
    }

    @Override
    public void health(HealthRequest request, StreamObserver<HealthResponse> answer) {
        answer(answer, node -> {
            Health health = node.health();
            return HealthResponse.newBuilder()
                    .setNode(health.node())
                    .setLive(health.live())
                    .setReady(health.ready())
                    .addAllMissing(health.missing())
                    .setProblem(health.problem())
                    .build();
        });
    }

    @Override
    public void ring(RingRequest request, StreamObserver<RingResponse> answer) {
        answer(answer, node -> {
            RingView ring = node.ring();
            RingResponse.Builder response = RingResponse.newBuilder()
                    .setCluster(node.cluster())
                    .setNode(node.health().node())
                    .setNowMillis(ring.nowMillis())
                    .setDigest(ring.digest())
                    .setStoreDefaults(store(ring.storeDefaults()));
            ring.stores().forEach(store -> response.addStores(store(store)));
            if (!request.hasKnownDigest() || request.getKnownDigest() != ring.digest()) {
                ring.members().forEach(member -> response.addMembers(member(member)));
                ring.preferenceLists()
                        .forEach(list -> response.addPartitions(
                                PreferenceList.newBuilder().addAllMember(list)));
            }
            return response.build();
        });
    }

    private static StoreSettings store(ClientAccess.StoreView store) {
        return StoreSettings.newBuilder()
                .setName(store.name())
                .setN(store.n())
                .setLastWriteWins(store.lastWriteWins())
                .build();
    }

    private static Member member(ClientAccess.Member member) {
        return Member.newBuilder()
                .setId(member.id())
                .setHost(member.address().host())
                .setPort(member.address().port())
                .setZone(member.zone())
                .build();
    }

    @Override
    public void locate(LocateRequest request, StreamObserver<LocateResponse> answer) {
        answer(answer, node -> {
            if (request.getKey().isEmpty()) {
                throw new IllegalArgumentException("key = \"\"; allowed: text of at least 1 byte");
            }
            Location location = node.locate(request.getKey());
            RingView ring = node.ring();
            LocateResponse.Builder response =
                    LocateResponse.newBuilder().setPosition(location.position()).setPartition(location.partition());
            for (int member : ring.preferenceLists().get(location.partition())) {
                response.addPreferenceList(ring.members().get(member).id());
            }
            return response.build();
        });
    }

    private <A> void answer(StreamObserver<A> answer, Function<ClientAccess, A> response) {
        A done;
        try {
            done = response.apply(services.node());
        } catch (RuntimeException e) {
            answer.onError(Failures.ofRead(e));
            return;
        }
        answer.onNext(done);
        answer.onCompleted();
    }
}
