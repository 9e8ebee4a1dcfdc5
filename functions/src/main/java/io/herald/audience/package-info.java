/** Users: the people who are told, with their contact points. */
@NullMarked
package io.herald.audience;

import org.jspecify.annotations.NullMarked;
