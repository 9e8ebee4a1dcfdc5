/** What a tenant does about a notification that was accepted: cancel, reschedule, resolve. */
@NullMarked
package io.herald.intervention;

import org.jspecify.annotations.NullMarked;
