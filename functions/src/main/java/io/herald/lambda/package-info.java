/**
 * One thin handler a function, and the HTTP layer of the API function. Decodes, calls one use case,
 * encodes.
 */
@NullMarked
package io.herald.lambda;

import org.jspecify.annotations.NullMarked;
