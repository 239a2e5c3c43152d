package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Codec;
import io.dynamo.api.ConfigException;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.Written;
import org.junit.jupiter.api.Test;

class LocalClusterTest {

    @Test
    void put_onOneNode_isReadOnAnother() {
        try (LocalCluster cluster = DynamoNode.local(3)) {
            Store<String> a = cluster.node("a").store("notes", Codec.utf8(), Reconciler.siblings());
            Store<String> b = cluster.node("B").store("notes", Codec.utf8(), Reconciler.siblings());

            Written written = a.put("k", "one", Context.none(), Option.trace());
            Read<String> read = b.get("k", Option.trace());

            assertThat(read.value()).contains("one");
            assertThat(written.acknowledged()).hasSizeGreaterThanOrEqualTo(2);
            a.put("k", "two", written.context());
            assertThat(b.get("k").value()).contains("two");
            b.delete("k", b.get("k").context());
            assertThat(a.get("k").value()).isEmpty();
        }
    }

    @Test
    void local_portThatIsNoNumber_isLeftToTheConfigurationToRefuse() {
        DynamoConfig config = DynamoConfig.empty()
                .with("transport.type", "nonesuch")
                .with("transport.nonesuch.port", "x")
                .with("quorum.n", "many");
        assertThatThrownBy(() -> DynamoNode.local(3, config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("transport.type = nonesuch", "quorum.n = many");
    }
}
