/** What an application types against. */
@NullMarked
package io.dynamo.api;

import org.jspecify.annotations.NullMarked;
