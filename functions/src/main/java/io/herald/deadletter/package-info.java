/** What Herald gave up on: kept with its cause, until someone has it replayed or discarded. */
@NullMarked
package io.herald.deadletter;

import org.jspecify.annotations.NullMarked;
