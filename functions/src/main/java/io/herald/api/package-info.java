/** The HTTP API: its operations, and what they read and answer. */
@NullMarked
package io.herald.api;

import org.jspecify.annotations.NullMarked;
