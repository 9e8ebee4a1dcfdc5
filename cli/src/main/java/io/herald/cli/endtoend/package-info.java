/** The end-to-end suite: what any deployment must do, tried by HTTP and an API key alone. */
@NullMarked
package io.herald.cli.endtoend;

import org.jspecify.annotations.NullMarked;
