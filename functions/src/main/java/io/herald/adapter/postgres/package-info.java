/** Everything that speaks SQL. */
@NullMarked
package io.herald.adapter.postgres;

import org.jspecify.annotations.NullMarked;
