/** What takes longer than a call: done in short steps, with progress that survives a crash. */
@NullMarked
package io.herald.job;

import org.jspecify.annotations.NullMarked;
