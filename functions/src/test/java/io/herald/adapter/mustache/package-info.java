/** What templates can do, and what they cannot. */
@NullMarked
package io.herald.adapter.mustache;

import org.jspecify.annotations.NullMarked;
