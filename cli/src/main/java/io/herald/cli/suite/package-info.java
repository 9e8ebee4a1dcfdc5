/** What {@code ./herald test} does: runs Maven and says what came of it. */
@NullMarked
package io.herald.cli.suite;

import org.jspecify.annotations.NullMarked;
