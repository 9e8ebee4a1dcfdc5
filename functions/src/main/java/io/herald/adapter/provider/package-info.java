/** Where messages are handed over: SMTP, webhooks. */
@NullMarked
package io.herald.adapter.provider;

import org.jspecify.annotations.NullMarked;
