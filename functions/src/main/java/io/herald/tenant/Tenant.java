package io.herald.tenant;

import io.herald.notification.TenantId;

/**
 * An application that sends.
 *
 * @param name unique; 1 to 64 lower-case letters, digits and hyphens
 * @param webhookSecret signs its webhooks; in the form of Standard Webhooks, {@code whsec_} and
 *     base64
 */
public record Tenant(TenantId id, String name, String webhookSecret) {}
