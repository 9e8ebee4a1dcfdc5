/** What is done to the store on a schedule: partitions ahead of time. */
@NullMarked
package io.herald.maintenance;

import org.jspecify.annotations.NullMarked;
