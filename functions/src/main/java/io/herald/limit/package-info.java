/** How much a tenant may ask for, and whether it has asked for more. */
@NullMarked
package io.herald.limit;

import org.jspecify.annotations.NullMarked;
