package perf.dynamo;
import io.dynamo.api.*;
import java.util.Map;
/** One of three members on loopback; gRPC, in memory or on RocksDB (-Dengine), N=3, R=W=2. */
public final class Node {
  static DynamoNode start(int idx) {
    String id = "" + (char) ('a' + idx - 1);
    DynamoConfig c = DynamoConfig.of(Map.of("node.id", id, "cluster.name", "perf", "transport.type", "grpc", "transport.grpc.port", "" + (7200 + idx), "request.timeout", "5s", "retry.window", "10s", "cluster.ready-timeout", "3s"));
    for (int i = 0; i < 3; i++) c = c.with("cluster.members." + i + ".id", "" + (char) ('a' + i)).with("cluster.members." + i + ".port", 7201 + i);
    c = c.with("stores.lww.mode", "lww").with("stores.lww.reconciler", "last-write-wins");
    String engine = System.getProperty("engine", "memory");
    c = c.with("storage.engine", engine);
    c = engine.equals("rocksdb") ? c.with("storage.rocksdb.path", System.getProperty("workdir") + "/data/" + id) : c.with("storage.memory.max-bytes", "700MiB");
    for (String k : System.getProperties().stringPropertyNames()) if (k.startsWith("dynamo.")) c = c.with(k, System.getProperty(k));
    return DynamoNode.open(c);
  }
  public static void main(String[] a) throws Exception {
    DynamoNode n = start(Integer.parseInt(a[0]));
    // With the load inside the third member, the first two serve before they are a quorum of all.
    System.out.println("SERVING"); Thread.sleep(3_600_000L); n.close(); System.exit(0);
  }
}
