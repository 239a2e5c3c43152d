/**
 * Shipped values with their merges: {@link io.dynamo.api.cart.AddWinsCart}, and for teaching
 * {@link io.dynamo.api.cart.UnionCart}, the cart of the paper (Dynamo §4.4).
 *
 * <p>Depends on {@code io.dynamo.api} and the JDK. All values are immutable, for use by any thread.
 */
@NullMarked
package io.dynamo.api.cart;

import org.jspecify.annotations.NullMarked;
