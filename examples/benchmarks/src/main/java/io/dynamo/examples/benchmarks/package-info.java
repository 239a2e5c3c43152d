/** Benchmarks of the parts. */
@NullMarked
package io.dynamo.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
