package io.dynamo.spi;

/** What a completed write means. */
public enum Durability {
    /** Survives the death of the process; the operating system decides when it reaches the disk. */
    BUFFERED,
    /** Survives a power cut. */
    SYNC
}
