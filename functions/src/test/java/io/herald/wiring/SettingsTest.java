package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.adapter.provider.HttpProviderSettings;
import io.herald.limit.RateLimit;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Map<String, String> LEAST =
            Map.of(
                    "HERALD_DATABASE_URL", "jdbc:postgresql://localhost/herald",
                    "HERALD_DATABASE_USER", "herald",
                    "HERALD_KAFKA_BOOTSTRAP", "localhost:9092");

    @Test
    void have_a_default_for_all_that_is_not_a_place() {
        var settings = Settings.parse(LEAST);

        assertThat(settings.redis()).isNull();
        assertThat(settings.smtp()).isNull();
        assertThat(settings.delivery().lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.allowedWebhookTargets()).isEmpty();
    }

    @Test
    void send_no_mail_in_clear_unless_told_to() {
        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_SMTP_HOST", "mail.example.com");
        environment.put("HERALD_MAIL_FROM", "herald@example.com");

        var smtp = Settings.parse(environment).smtp();

        assertThat(smtp).isNotNull();
        assertThat(smtp != null && smtp.startTls()).isTrue();
    }

    @Test
    void send_mail_by_a_gateway() {
        var environment = withGateway("https://mail.example.com/v1");

        var gateway = Settings.parse(environment).mailGateway();

        assertThat(gateway)
                .isEqualTo(
                        new HttpProviderSettings(
                                URI.create("https://mail.example.com/v1"),
                                "hush",
                                null,
                                "herald@example.com",
                                100))
                .hasToString("https://mail.example.com/v1");
    }

    @Test
    void send_mail_in_one_way_only() {
        var environment = withGateway("https://mail.example.com");
        environment.put("HERALD_SMTP_HOST", "mail.example.com");

        assertThatThrownBy(() -> Settings.parse(environment))
                .hasMessage(
                        "either HERALD_SMTP_HOST or HERALD_EMAIL_PROVIDER_URL is set, not both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "http://127.0.0.1:1/a", "http://[::1]:1"})
    void let_a_gateway_on_this_machine_speak_in_clear(String url) {
        assertThat(Settings.parse(withGateway(url)).mailGateway()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mail.example.com",
                "https:mail",
                "mail.example.com",
                "ftp://localhost"
            })
    void let_no_key_go_over_the_network_in_clear(String url) {
        assertThatThrownBy(() -> Settings.parse(withGateway(url)))
                .hasMessageContaining("HERALD_EMAIL_PROVIDER_URL is an https URL");
    }

    @Test
    void say_what_a_gateway_needs() {
        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_EMAIL_PROVIDER_URL", "https://mail.example.com");
        environment.put("HERALD_EMAIL_PROVIDER_BULK", "1001");
        environment.put("HERALD_EMAIL_PROVIDER_SECRET", "whsec_short");

        assertThatThrownBy(() -> Settings.parse(environment))
                .hasMessageContainingAll(
                        "HERALD_EMAIL_PROVIDER_KEY is missing",
                        "HERALD_MAIL_FROM is missing",
                        "HERALD_EMAIL_PROVIDER_SECRET is whsec_ and base64",
                        "HERALD_EMAIL_PROVIDER_BULK is 1,000 at most");
    }

    private static Map<String, String> withGateway(String url) {
        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_EMAIL_PROVIDER_URL", url);
        environment.put("HERALD_EMAIL_PROVIDER_KEY", "hush");
        environment.put("HERALD_MAIL_FROM", "herald@example.com");
        return environment;
    }

    @Test
    void say_everything_that_is_wrong_at_once() {
        var environment = new HashMap<>(LEAST);
        environment.remove("HERALD_DATABASE_URL");
        environment.put("HERALD_DATABASE_POOL", "many");
        environment.put("HERALD_DELIVERY_LEASE", "30");
        environment.put("HERALD_SMTP_HOST", "localhost");
        environment.put("HERALD_SMTP_STARTTLS", "perhaps");

        assertThatThrownBy(() -> Settings.parse(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "HERALD_DATABASE_URL is missing",
                        "HERALD_DATABASE_POOL is a whole number above 0",
                        "HERALD_DELIVERY_LEASE is an ISO 8601 duration",
                        "HERALD_SMTP_STARTTLS is true or false",
                        "HERALD_MAIL_FROM is missing");
    }

    @Test
    void let_a_claim_hold_longer_than_a_hand_over_may_take() {
        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_PROVIDER_TIMEOUT", "PT10S");
        environment.put("HERALD_DELIVERY_LEASE", "PT10S");
        assertThatThrownBy(() -> Settings.parse(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HERALD_DELIVERY_LEASE is longer than HERALD_PROVIDER_TIMEOUT");

        environment.put("HERALD_DELIVERY_LEASE", "PT10.001S");

        assertThat(Settings.parse(environment).delivery().providerTimeout())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void may_say_where_the_api_is() {
        var environment = new HashMap<>(LEAST);
        assertThat(Settings.parse(environment).publicUrl()).isNull();

        environment.put("HERALD_PUBLIC_URL", "https://api.example.com/prod");
        assertThat(Settings.parse(environment).publicUrl())
                .hasToString("https://api.example.com/prod");

        for (var wrong :
                List.of("api.example.com", "https://", "https://a/", "https://a?b", "ftp://a")) {
            environment.put("HERALD_PUBLIC_URL", wrong);
            assertThatThrownBy(() -> Settings.parse(environment))
                    .as(wrong)
                    .hasMessageContaining("HERALD_PUBLIC_URL is an http or https URL");
        }
    }

    @Test
    void limit_nobody_below_a_full_batch() {
        assertThat(Settings.parse(LEAST).rateLimit())
                .isEqualTo(new RateLimit(1_000, 10_000, RateLimit.WithoutCount.OPEN));

        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_RATE_LIMIT_BURST", "999");
        environment.put("HERALD_RATE_LIMIT_PER_SECOND", "0");
        environment.put("HERALD_RATE_LIMIT_WITHOUT_REDIS", "ajar");

        assertThatThrownBy(() -> Settings.parse(environment))
                .hasMessageContainingAll(
                        "HERALD_RATE_LIMIT_BURST is at least 1000",
                        "HERALD_RATE_LIMIT_PER_SECOND is a whole number above 0",
                        "HERALD_RATE_LIMIT_WITHOUT_REDIS is open or closed");
    }

    @Test
    void close_without_redis_only_where_there_is_one() {
        var environment = new HashMap<>(LEAST);
        environment.put("HERALD_RATE_LIMIT_WITHOUT_REDIS", "closed");
        assertThatThrownBy(() -> Settings.parse(environment))
                .hasMessageContaining("HERALD_REDIS_URI");

        environment.put("HERALD_REDIS_URI", "redis://localhost:6379");

        assertThat(Settings.parse(environment).rateLimit().withoutCount())
                .isEqualTo(RateLimit.WithoutCount.CLOSED);
    }
}
