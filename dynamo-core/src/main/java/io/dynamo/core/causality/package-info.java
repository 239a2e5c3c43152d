/**
 * What happened before what (Dynamo §4.4): dots, causal contexts, version sets, the hybrid clock and their byte forms.
 *
 * <p>Pure: immutable values and functions; sees only the api and the JDK, knows no clock, thread or network.
 */
@NullMarked
package io.dynamo.core.causality;

import org.jspecify.annotations.NullMarked;
