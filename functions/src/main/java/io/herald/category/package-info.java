/** Categories: how a notification is to be treated. */
@NullMarked
package io.herald.category;

import org.jspecify.annotations.NullMarked;
