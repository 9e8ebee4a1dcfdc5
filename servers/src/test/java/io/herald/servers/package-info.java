/** Specifications of the servers, on real ones. */
@NullMarked
package io.herald.servers;

import org.jspecify.annotations.NullMarked;
