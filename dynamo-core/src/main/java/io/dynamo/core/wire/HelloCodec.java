package io.dynamo.core.wire;

import io.dynamo.core.wire.proto.Wire;

/** The bytes of greetings. */
final class HelloCodec {

    private HelloCodec() {}

    static Wire.Hello encode(Hello hello) {
        Hello.Copy copy = hello.copy();
        Wire.Hello.Builder out = Wire.Hello.newBuilder()
                .setCluster(hello.cluster())
                .setProtocol(hello.protocol())
                .setDirectory(MessageCodec.wrap(hello.directory()))
                .setSession(hello.session())
                .setNumber(hello.number())
                .setStartedMillis(copy.startedMillis())
                .setCommits(copy.commits())
                .setWentBack(copy.wentBack())
                .setLinked(copy.isLinked())
                .setTable(hello.table())
                .setShare(hello.background().share())
                .setWorking(hello.background().isWorking());
        if (!copy.found().equals(Hello.Found.NOTHING)) {
            out.setFound(Wire.Found.newBuilder()
                    .setStartedMillis(copy.found().startedMillis())
                    .setCommits(copy.found().commits())
                    .setUntoldMillis(copy.found().untoldMillis())
                    .setUntoldCommits(copy.found().untoldCommits())
                    .setSinceMillis(copy.found().sinceMillis()));
        }
        hello.settings()
                .forEach(setting -> out.addSettings(
                        Wire.Setting.newBuilder().setName(setting.name()).setValue(setting.value())));
        copy.settled()
                .forEach(settled -> out.addSettled(Wire.Settled.newBuilder()
                        .setPartition(settled.partition())
                        .setVoted(settled.voted())
                        .setUntilMillis(settled.untilMillis())
                        .setOrdered(settled.ordered())));
        return out.build();
    }

    static Hello decode(Wire.Hello in) {
        return new Hello(
                in.getCluster(),
                in.getProtocol(),
                in.getDirectory().toByteArray(),
                in.getSession(),
                in.getSettingsList().stream()
                        .map(setting -> new Hello.Setting(setting.getName(), setting.getValue()))
                        .toList(),
                in.getNumber(),
                new Hello.Copy(
                        in.getStartedMillis(),
                        new Hello.Found(
                                in.getFound().getStartedMillis(),
                                in.getFound().getCommits(),
                                in.getFound().getUntoldMillis(),
                                in.getFound().getUntoldCommits(),
                                in.getFound().getSinceMillis()),
                        in.getCommits(),
                        in.getWentBack(),
                        in.getLinked(),
                        in.getSettledList().stream()
                                .map(settled -> new Hello.Settled(
                                        settled.getPartition(),
                                        settled.getVoted(),
                                        settled.getUntilMillis(),
                                        settled.getOrdered()))
                                .toList()),
                in.getTable(),
                new Hello.Background(in.getShare() > 0 && in.getShare() <= 1 ? in.getShare() : 1, in.getWorking()));
    }

    static Wire.HelloResponse encode(HelloResponse response) {
        HelloResponse.Verdict verdict = response.verdict();
        return Wire.HelloResponse.newBuilder()
                .setAccepted(verdict.accepted())
                .setFatal(verdict.fatal())
                .setBehind(verdict.behind())
                .setWentBack(verdict.wentBack())
                .setReason(verdict.reason())
                .setHello(encode(response.hello()))
                .setAnswered(response.answered())
                .setNumber(response.number())
                .build();
    }

    static HelloResponse decode(Wire.HelloResponse in) {
        return new HelloResponse(
                new HelloResponse.Verdict(
                        in.getAccepted(), in.getFatal(), in.getBehind(), in.getWentBack(), in.getReason()),
                decode(in.getHello()),
                in.getAnswered(),
                in.getNumber());
    }
}
