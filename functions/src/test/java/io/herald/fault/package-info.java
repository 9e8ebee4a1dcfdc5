/** What may be read of a fault in a log. */
@NullMarked
package io.herald.fault;

import org.jspecify.annotations.NullMarked;
