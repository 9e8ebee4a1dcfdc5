package io.herald.delivery;

import io.herald.notification.Recipient;
import io.herald.notification.TenantId;

/** Who is to be told, and is told one thing after the other. */
record Person(TenantId tenant, Recipient recipient) {}
