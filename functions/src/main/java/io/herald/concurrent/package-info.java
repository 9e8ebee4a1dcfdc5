/** Running things at the same time and in time, within one call. Imports nothing but the JDK. */
@NullMarked
package io.herald.concurrent;

import org.jspecify.annotations.NullMarked;
