package io.dynamo.spi;

/**
 * Where a node is reached.
 *
 * @param value the address as the transport writes it
 */
public record Address(String value) {}
