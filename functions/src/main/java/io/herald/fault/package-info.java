/** Faults as they may be logged, without what they quote. Imports nothing but the JDK. */
@NullMarked
package io.herald.fault;

import org.jspecify.annotations.NullMarked;
