package io.herald.receipt;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;

/** What a receipt is about. */
public record Subject(TenantId tenant, NotificationId notification) {}
