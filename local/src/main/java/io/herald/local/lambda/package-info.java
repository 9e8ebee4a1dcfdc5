/** Lambda, in this process: a pool of environments for each function, bytes in and bytes out. */
@NullMarked
package io.herald.local.lambda;

import org.jspecify.annotations.NullMarked;
