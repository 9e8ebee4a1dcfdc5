/**
 * Accepting: one call becomes notifications, stored and published, or a list of what is wrong with
 * it.
 */
@NullMarked
package io.herald.submission;

import org.jspecify.annotations.NullMarked;
