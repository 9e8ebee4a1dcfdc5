/** The cache against a real Redis, also one that stops, freezes and comes back. */
@NullMarked
package io.herald.adapter.redis;

import org.jspecify.annotations.NullMarked;
