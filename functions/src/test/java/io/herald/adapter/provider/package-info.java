/** Providers against real servers, and against servers that break off where it hurts. */
@NullMarked
package io.herald.adapter.provider;

import org.jspecify.annotations.NullMarked;
