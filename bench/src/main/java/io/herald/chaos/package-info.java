/**
 * What {@code ./herald chaos} does: load over HTTP while processes are killed and frozen, and then
 * the providers' own record held against what was answered.
 */
@NullMarked
package io.herald.chaos;

import org.jspecify.annotations.NullMarked;
