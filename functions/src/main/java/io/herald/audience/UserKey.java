package io.herald.audience;

import io.herald.notification.TenantId;
import io.herald.notification.UserId;

/** Names a user among all tenants' users. */
public record UserKey(TenantId tenant, UserId user) {}
