package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Self-signed certificates as PEM files, made with the JDK's keytool. */
record Certificates(Path cert, Path key) {

    private static final char[] PASSWORD = "secret".toCharArray();

    /** Makes a certificate for 127.0.0.1 that names a node. */
    static Certificates make(Path folder, String file, String node) throws Exception {
        Path store = folder.resolve(file + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + node + ", OU=" + file,
                        "-ext",
                        "SAN=dns:" + node + ",ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(file + ".log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        return export(folder, file, store);
    }

    private static Certificates export(Path folder, String file, Path store)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Path cert = folder.resolve(file + ".cert.pem");
        Path key = folder.resolve(file + ".key.pem");
        Files.writeString(cert, pem("CERTIFICATE", keys.getCertificate("node").getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", keys.getKey("node", PASSWORD).getEncoded()));
        return new Certificates(cert, key);
    }

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    /** A file of all these certificates, to be trusted. */
    static Path trust(Path file, Certificates... trusted) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Certificates one : trusted) {
            all.append(Files.readString(one.cert));
        }
        return Files.writeString(file, all);
    }
}
