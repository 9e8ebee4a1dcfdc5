/** What is remembered within one environment, in memory. */
@NullMarked
package io.herald.adapter.caffeine;

import org.jspecify.annotations.NullMarked;
