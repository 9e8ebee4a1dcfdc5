/** One thin handler a function: decodes, calls one use case, encodes. */
@NullMarked
package io.herald.lambda;

import org.jspecify.annotations.NullMarked;
