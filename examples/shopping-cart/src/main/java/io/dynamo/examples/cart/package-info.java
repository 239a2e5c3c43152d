/**
 * The cart service of the paper (Dynamo §4.4, §6.1), on nodes embedded in its own process: a REST interface and a page.
 *
 * <p>May use: the api, and the HTTP, JSON and metrics libraries. The node, its storage and its transport are found at run
 * time. Thread: a request runs on one thread of the HTTP server and blocks it for at most the request timeout.
 */
@NullMarked
package io.dynamo.examples.cart;

import org.jspecify.annotations.NullMarked;
