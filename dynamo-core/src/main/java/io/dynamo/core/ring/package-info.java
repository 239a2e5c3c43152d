/**
 * Where a key lives (Dynamo §4.2, §4.3, §6.2): the hash, equal partitions, their owners, preference lists.
 *
 * <p>Pure: immutable values and functions; sees only the api and the JDK.
 */
@NullMarked
package io.dynamo.core.ring;

import org.jspecify.annotations.NullMarked;
