/** The main job over HTTP, on real servers, with each of them failing in turn. */
@NullMarked
package io.herald.local.e2e;

import org.jspecify.annotations.NullMarked;
