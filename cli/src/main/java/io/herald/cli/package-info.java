/** The {@code ./herald} command: parses, starts, reports; no logic of its own. */
@NullMarked
package io.herald.cli;

import org.jspecify.annotations.NullMarked;
