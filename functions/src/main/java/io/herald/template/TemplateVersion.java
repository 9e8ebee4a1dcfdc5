package io.herald.template;

import io.herald.notification.TenantId;

/** Names one version of a template among all tenants' templates. */
public record TemplateVersion(TenantId tenant, String key, int version) {}
