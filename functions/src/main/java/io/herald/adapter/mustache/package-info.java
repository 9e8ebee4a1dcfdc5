/** Templates in Mustache, over jmustache. */
@NullMarked
package io.herald.adapter.mustache;

import org.jspecify.annotations.NullMarked;
