package io.dynamo.transport.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Stands between a caller and a node and can fall silent: connections stay open and carry nothing, as behind a dead switch. */
final class SilentProxy implements AutoCloseable {

    private static final long PAUSE_NANOS = 5_000_000;

    private final ServerSocket listening;
    private final int target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean isSilent;

    SilentProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void silent(boolean silent) {
        isSilent = silent;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "silent-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket caller = listening.accept();
                Socket node = new Socket(InetAddress.getLoopbackAddress(), target);
                open.addAll(List.of(caller, node));
                start(() -> carry(caller, node));
                start(() -> carry(node, caller));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[8 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                while (isSilent) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One side hung up, so the other does.
        }
    }

    @Override
    public void close() throws IOException {
        isSilent = false;
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
