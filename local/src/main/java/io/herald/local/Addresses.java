package io.herald.local;

import io.herald.local.outside.MailServer;
import io.herald.local.outside.StandInProvider;
import io.herald.local.outside.WebhookReceiver;
import io.herald.servers.Servers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where everything is that functions connect to, as the environment that tells them. */
final class Addresses {

    private Addresses() {}

    static Map<String, String> environment(
            Servers servers,
            MailServer mail,
            MailServer.Credentials credentials,
            @Nullable StandInProvider provider,
            WebhookReceiver webhooks) {
        var environment = new HashMap<String, String>();
        environment.put("HERALD_DATABASE_URL", servers.postgres().jdbcUrl());
        environment.put("HERALD_DATABASE_USER", servers.postgres().user());
        environment.put("HERALD_DATABASE_PASSWORD", servers.postgres().password());
        environment.put("HERALD_KAFKA_BOOTSTRAP", servers.kafka().bootstrapServers());
        environment.put("HERALD_REDIS_URI", servers.redis().uri());
        if (provider == null) {
            environment.put("HERALD_SMTP_HOST", "127.0.0.1");
            environment.put("HERALD_SMTP_PORT", Integer.toString(mail.port()));
            environment.put("HERALD_SMTP_STARTTLS", "false");
            environment.put("HERALD_SMTP_USER", credentials.user());
            environment.put("HERALD_SMTP_PASSWORD", credentials.password());
        } else {
            environment.put("HERALD_EMAIL_PROVIDER_URL", provider.url().toString());
            environment.put("HERALD_EMAIL_PROVIDER_KEY", provider.key());
            environment.put("HERALD_EMAIL_PROVIDER_SECRET", provider.secret());
        }
        environment.put(
                "HERALD_WEBHOOK_ALLOWED",
                provider == null
                        ? webhooks.authority()
                        : webhooks.authority() + "," + provider.authority());
        environment.put("HERALD_MAIL_FROM", "Herald <herald@localhost.localdomain>");
        return environment;
    }
}
