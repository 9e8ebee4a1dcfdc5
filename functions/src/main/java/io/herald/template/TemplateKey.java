package io.herald.template;

import io.herald.notification.TenantId;

/** Names a template among all tenants' templates. */
public record TemplateKey(TenantId tenant, String key) {}
