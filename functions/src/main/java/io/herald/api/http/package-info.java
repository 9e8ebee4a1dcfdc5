/**
 * HTTP as API Gateway hands it over: events, routes, problem documents, and reading of parameters
 * and JSON bodies.
 */
@NullMarked
package io.herald.api.http;

import org.jspecify.annotations.NullMarked;
