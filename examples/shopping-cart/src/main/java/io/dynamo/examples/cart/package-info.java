/** The cart service. */
@NullMarked
package io.dynamo.examples.cart;

import org.jspecify.annotations.NullMarked;
