/** What the author of a plug-in implements. */
@NullMarked
package io.dynamo.spi;

import org.jspecify.annotations.NullMarked;
