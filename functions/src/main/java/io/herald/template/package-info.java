/** Templates: versions that never change, and how they are rendered. */
@NullMarked
package io.herald.template;

import org.jspecify.annotations.NullMarked;
