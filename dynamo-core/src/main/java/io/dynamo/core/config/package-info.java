/**
 * Settings: what may be written in a configuration, its defaults, units and checks, and the typed result.
 *
 * <p>Depends on the api and typesafe config. Used while a node opens; the typed settings are immutable.
 */
@NullMarked
package io.dynamo.core.config;

import org.jspecify.annotations.NullMarked;
