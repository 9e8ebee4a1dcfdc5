/** The cache in front of the reads. Holds nothing that cannot be lost. */
@NullMarked
package io.herald.adapter.redis;

import org.jspecify.annotations.NullMarked;
