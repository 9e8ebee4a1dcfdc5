/** What {@code ./herald demo} does, step by step. */
@NullMarked
package io.herald.cli.demo;

import org.jspecify.annotations.NullMarked;
