/** Ids, channels, statuses and the legal moves between them. Imports nothing but the JDK. */
@NullMarked
package io.herald.notification;

import org.jspecify.annotations.NullMarked;
