package io.dynamo.core.coordinate;

/** The same members for all partitions. */
record FakeRoute(Peer... preferenceList) implements Route {

    static Route ofNobody() {
        return new FakeRoute();
    }

    @Override
    public long digest() {
        return 1;
    }

    @Override
    public Peer[] preferenceList(int partition) {
        return preferenceList;
    }
}
