/** Telephone numbers, by Google's library and the numbering plans that it carries. */
@NullMarked
package io.herald.adapter.libphonenumber;

import org.jspecify.annotations.NullMarked;
