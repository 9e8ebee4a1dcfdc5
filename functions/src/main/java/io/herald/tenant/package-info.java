/** Tenants and their API keys. */
@NullMarked
package io.herald.tenant;

import org.jspecify.annotations.NullMarked;
