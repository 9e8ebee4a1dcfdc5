/** Telephone numbers, right and wrong. */
@NullMarked
package io.herald.adapter.libphonenumber;

import org.jspecify.annotations.NullMarked;
