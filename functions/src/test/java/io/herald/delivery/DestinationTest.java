package io.herald.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.TenantId;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationTest {

    private static final TenantId TENANT = new TenantId(new UUID(0, 1));

    @ParameterizedTest
    @CsvSource({
        "https://Example.com/a/b?c=d, example.com:443",
        "http://example.com, example.com:80",
        "HTTP://example.com:8080/x, example.com:8080",
        "https://[2001:db8::1]/, [2001:db8::1]:443",
    })
    void of_a_url_is_its_host_and_port(String url, String host) {
        assertThat(Destination.of(TENANT, url)).isEqualTo(new Destination(TENANT, host));
    }

    @ParameterizedTest
    @CsvSource({"not a url at all", "mailto:ada@example.com", "https:///path"})
    void of_what_is_no_url_is_nowhere_in_particular(String url) {
        assertThat(Destination.of(TENANT, url)).isEqualTo(Destination.of(TENANT));
    }
}
