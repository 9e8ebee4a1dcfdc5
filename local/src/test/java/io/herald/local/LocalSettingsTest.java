package io.herald.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.catalog.Catalog;
import io.herald.catalog.FunctionDeclaration;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {

    private final LocalSettings settings = LocalSettings.in(Path.of("state"), Path.of("binaries"));

    @Test
    void functions_have_as_many_environments_as_declared() {
        assertThat(Catalog.FUNCTIONS)
                .allSatisfy(function ->
                        assertThat(settings.concurrencyOf(function))
                                .isEqualTo(function.concurrency()));
    }

    @Test
    void there_are_few_where_each_is_a_jvm_unless_it_is_set() {
        var isolated = settings.inJvmsOfTheirOwn();

        assertThat(isolated.concurrencyOf(function("api"))).isEqualTo(2);
        assertThat(isolated.concurrencyOf(function("deliver-email"))).isEqualTo(1);
        assertThat(isolated.concurrencyOf(function("ticker"))).isEqualTo(2);
        assertThat(isolated.concurrencyOf(function("maintenance"))).isEqualTo(1);
        assertThat(isolated.withConcurrency("api", 5).concurrencyOf(function("api"))).isEqualTo(5);
    }

    private static FunctionDeclaration function(String name) {
        return Catalog.FUNCTIONS.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
