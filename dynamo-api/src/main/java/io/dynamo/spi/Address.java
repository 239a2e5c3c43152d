package io.dynamo.spi;

/**
 * Where a node listens.
 *
 * @param host a name or an address
 * @param port 0 to 65535; 0 before the transport has chosen one
 */
public record Address(String host, int port) {

    /**
     * Checks the range.
     *
     * @param host see the record
     * @param port see the record
     */
    public Address {
        if (host.isBlank() || port < 0 || port > 65535) {
            throw new IllegalArgumentException("address " + host + ":" + port + "; needs a host and a port 0..65535");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
