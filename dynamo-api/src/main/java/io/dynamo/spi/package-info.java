/**
 * What a plug-in author implements: storage, transport and the runtime a node lives on.
 *
 * <p>Depends on {@code io.dynamo.api} and the JDK. Plug-ins are found by {@link java.util.ServiceLoader} and chosen by
 * name in the configuration. Each interface says which threads call it.
 */
@NullMarked
package io.dynamo.spi;

import org.jspecify.annotations.NullMarked;
