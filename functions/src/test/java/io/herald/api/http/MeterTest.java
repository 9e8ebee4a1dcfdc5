package io.herald.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.limit.RateLimit;
import io.herald.limit.RateLimit.WithoutCount;
import io.herald.limit.RateLimiter.Taking;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeterTest {
    private static final HttpResponse ANSWER = new HttpResponse(200, Map.of("a", "b"), null);

    @Test
    void without_a_count_a_closed_limit_serves_nobody() {
        var meter = meter(WithoutCount.CLOSED, new Taking.Unknown());

        assertThatThrownBy(() -> meter.charge(1))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> {
                            assertThat(e.problem().type()).isEqualTo(Problem.Type.UNAVAILABLE);
                            assertThat(e.problem().headers()).containsEntry("Retry-After", "1");
                        });
        assertThat(meter.addTo(ANSWER).headers()).containsOnlyKeys("a", "RateLimit-Policy");
    }

    @Test
    void without_a_count_an_open_limit_serves_everybody() {
        var meter = meter(WithoutCount.OPEN, new Taking.Unknown());

        meter.charge(1_000);

        assertThat(meter.addTo(ANSWER).headers()).containsOnlyKeys("a", "RateLimit-Policy");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0", "PT0.000001S, 1", "PT1S, 1", "PT1.000001S, 2"})
    void times_are_whole_seconds_and_never_too_short(Duration untilFull, int seconds) {
        var meter = meter(WithoutCount.OPEN, new Taking.Allowed(7, untilFull));

        meter.charge(1);

        assertThat(meter.addTo(ANSWER).headers())
                .containsEntry("RateLimit", "\"default\";r=7;t=" + seconds);
    }

    @Test
    void a_call_is_charged_once() {
        var meter = meter(WithoutCount.OPEN, new Taking.Allowed(7, Duration.ZERO));
        meter.charge(1);

        meter.chargeIfNot();
        assertThatThrownBy(() -> meter.charge(1)).isInstanceOf(IllegalStateException.class);
    }

    private static Meter meter(WithoutCount withoutCount, Taking taking) {
        return new Meter(
                (_, _) -> taking,
                new RateLimit(1_000, 1_000, withoutCount),
                new TenantId(new UUID(1, 1)));
    }
}
