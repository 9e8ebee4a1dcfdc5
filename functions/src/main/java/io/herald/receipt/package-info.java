/** Receipts: what providers say later of what was handed over to them. */
@NullMarked
package io.herald.receipt;

import org.jspecify.annotations.NullMarked;
