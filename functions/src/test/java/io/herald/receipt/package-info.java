/** How receipts are taken. */
@NullMarked
package io.herald.receipt;

import org.jspecify.annotations.NullMarked;
