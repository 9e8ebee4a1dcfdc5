/** One hand-over: the claim to it, its outcome, and what that means for the notification. */
@NullMarked
package io.herald.attempt;

import org.jspecify.annotations.NullMarked;
