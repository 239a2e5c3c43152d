package perf.dynamo;
import io.dynamo.api.*;
import java.util.Optional;
/** Embedded: this process is the third member. -Dhow=lww: blind puts to a last-write-wins store; -Dhow=update: update on a siblings store; -Dr=1: local reads. */
public final class DynDB extends perf.common.BytesDB {
  static DynamoNode n; static Store<byte[]> s; static boolean update; static Option[] read;
  static final Codec<byte[]> RAW = new Codec<>() { public byte[] encode(byte[] v) { return v; } public byte[] decode(byte[] v) { return v; } };
  @Override public void init() {
    synchronized (DynDB.class) {
      if (n != null) return;
      if (!embedded()) throw new IllegalStateException("the remote client is not built yet");
      n = Node.start(3); while (!n.health().ready() || !n.health().missing().isEmpty()) try { Thread.sleep(20); } catch (InterruptedException e) { }
      update = System.getProperty("how", "lww").equals("update");
      s = update ? n.store("siblings", RAW, (x, y) -> x) : n.store("lww", RAW, Reconciler.lastWriteWins());
      int r = Integer.getInteger("r", 0); read = r == 0 ? new Option[0] : new Option[] {Option.r(r)};
    }
  }
  @Override protected byte[] get(String k) { return s.get(k, read).value().orElse(null); }
  @Override protected void put(String k, byte[] v) { if (update) s.update(k, old -> Optional.of(v)); else s.put(k, v, Context.none()); }
}
