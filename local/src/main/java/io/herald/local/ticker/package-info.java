/** EventBridge's rate rules: functions that run on a schedule. */
@NullMarked
package io.herald.local.ticker;

import org.jspecify.annotations.NullMarked;
