/**
 * The storage engine that needs no disk.
 *
 * <p>Depends on the api and the JDK only: like every engine it is dumb ordered bytes and knows nothing of versions.
 * Threads: every call may come from many threads at once; nothing here starts one.
 */
@NullMarked
package io.dynamo.core.storage;

import org.jspecify.annotations.NullMarked;
