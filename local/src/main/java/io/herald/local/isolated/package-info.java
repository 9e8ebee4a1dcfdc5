/**
 * Environments in JVMs of their own: the built zip under AWS's runtime interface client, which
 * talks to the Runtime API of this package as it does to Lambda's.
 */
@NullMarked
package io.herald.local.isolated;

import org.jspecify.annotations.NullMarked;
