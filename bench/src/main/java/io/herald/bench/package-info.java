/**
 * What {@code ./herald bench} measures: load on a local cloud, and beside each figure the raw limit
 * of the same servers, taken in the same run by loops that do nothing else.
 */
@NullMarked
package io.herald.bench;

import org.jspecify.annotations.NullMarked;
