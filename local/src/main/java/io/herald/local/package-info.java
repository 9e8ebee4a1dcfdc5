/** The local cloud: runs what the catalog declares, as AWS would, on one machine. */
@NullMarked
package io.herald.local;

import org.jspecify.annotations.NullMarked;
