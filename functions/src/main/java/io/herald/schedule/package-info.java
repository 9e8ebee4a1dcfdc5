/** Due work: what is retried, released or settled when its time has come. */
@NullMarked
package io.herald.schedule;

import org.jspecify.annotations.NullMarked;
