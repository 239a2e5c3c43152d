package io.dynamo.core.config;

import io.dynamo.core.config.NodeSettings.Cluster;
import io.dynamo.core.config.NodeSettings.Member;
import io.dynamo.spi.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads who this node is and who the members are. */
final class ClusterReader {

    private static final String SINGLE_NODE = "a";
    private static final String LOOPBACK = "127.0.0.1";

    private final Given given;
    private final Optional<Address> listening;

    /** The address is where the transport is told to listen, for a node that is its own only member. */
    ClusterReader(Given given, Optional<Address> listening) {
        this.given = given;
        this.listening = listening;
    }

    Cluster cluster(String nodeId) {
        String name = given.read(Schema.CLUSTER_NAME);
        String secret = given.find(Schema.CLUSTER_SECRET).orElse("cluster " + name);
        seeds();
        List<Member> members = members(nodeId);
        int partitions = given.read(Schema.PARTITIONS);
        if (partitions < members.size()) {
            given.problem(given.show(Schema.PARTITIONS.name(), partitions) + "; allowed: at least " + members.size()
                    + ", the number of members");
        }
        return new Cluster(name, secret, partitions, members, given.read(Schema.READY_TIMEOUT));
    }

    String nodeId() {
        Optional<String> id = given.find(Schema.NODE_ID);
        List<String> members = places().stream()
                .flatMap(place -> given.find(Schema.MEMBER_ID, place).stream())
                .toList();
        boolean single = places().isEmpty();
        boolean refusedAlready = id.isEmpty() && given.has(Schema.NODE_ID.name());
        String allowed = "one of the members " + String.join(", ", members);
        if (!single && !refusedAlready && id.isEmpty()) {
            given.missing(Schema.NODE_ID.name(), Schema.MEMBERS, allowed);
        } else if (!single && !refusedAlready && !members.contains(id.get())) {
            given.refuse(Schema.NODE_ID.name(), allowed);
        }
        return id.orElse(single || members.isEmpty() ? SINGLE_NODE : members.get(0));
    }

    private void seeds() {
        given.find(Schema.SEEDS);
        for (int i = 0; given.has(Schema.SEED.at(Integer.toString(i))); i++) {
            given.find(Schema.SEED, Integer.toString(i));
        }
    }

    private List<Member> members(String nodeId) {
        List<String> places = places();
        if (places.isEmpty()) {
            return List.of(new Member(nodeId, listening.orElse(new Address(LOOPBACK, 0)), 1, ""));
        }
        List<Member> members = new ArrayList<>();
        for (String place : places) {
            members.add(member(place, places.size() > 1));
        }
        refuseTwice(places, members);
        return List.copyOf(members);
    }

    private Member member(String place, boolean several) {
        String idName = Schema.MEMBER_ID.at(place);
        Optional<String> id = given.find(Schema.MEMBER_ID, place);
        if (!given.has(idName)) {
            given.refuse(idName, Schema.MEMBER_ID.kind().allowed());
        }
        String portName = Schema.MEMBER_PORT.at(place);
        Optional<Integer> port = given.find(Schema.MEMBER_PORT, place);
        if (several && !given.has(portName)) {
            given.refuse(portName, Schema.MEMBER_PORT.kind().allowed());
        }
        return new Member(
                id.orElse(""),
                new Address(given.read(Schema.MEMBER_HOST, place), port.orElse(0)),
                given.read(Schema.MEMBER_WEIGHT, place),
                given.read(Schema.MEMBER_ZONE, place));
    }

    private void refuseTwice(List<String> places, List<Member> members) {
        Map<String, String> ids = new LinkedHashMap<>();
        Map<Address, String> addresses = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            String idName = Schema.MEMBER_ID.at(places.get(i));
            String other = ids.putIfAbsent(members.get(i).id(), idName);
            if (other != null && !members.get(i).id().isEmpty()) {
                given.refuse(idName, "an id of its own; this is the one of " + given.show(other));
            }
            Address address = members.get(i).address();
            String portName = Schema.MEMBER_PORT.at(places.get(i));
            String taken = address.port() == 0 ? null : addresses.putIfAbsent(address, portName);
            if (taken != null) {
                given.refuse(portName, "an address of its own; " + address + " is the one of " + given.show(taken));
            }
        }
    }

    /** By number, so that a setting laid over a file does not move its member to the end. */
    private List<String> places() {
        return given.below(Schema.MEMBERS).stream()
                .filter(place -> place.matches("\\d{1,4}"))
                .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                .toList();
    }
}
