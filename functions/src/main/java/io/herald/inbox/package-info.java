/** The in-app channel: the messages a user finds in the application. */
@NullMarked
package io.herald.inbox;

import org.jspecify.annotations.NullMarked;
