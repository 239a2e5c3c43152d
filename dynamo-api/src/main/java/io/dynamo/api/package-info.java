/**
 * What an application types against: a {@link io.dynamo.api.DynamoNode} and its typed {@link io.dynamo.api.Store}s.
 *
 * <p>Depends on nothing but the JDK. Every type is safe for use by many threads unless it says otherwise. Nothing here
 * returns null.
 */
@NullMarked
package io.dynamo.api;

import org.jspecify.annotations.NullMarked;
