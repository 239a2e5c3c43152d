/** Lanes, timers and admission control. */
@NullMarked
package io.dynamo.core.runtime;

import org.jspecify.annotations.NullMarked;
