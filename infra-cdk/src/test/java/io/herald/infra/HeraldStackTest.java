package io.herald.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.herald.catalog.Catalog;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.assertions.Template;

class HeraldStackTest {

    @BeforeAll
    static void cdk_runs_on_node() {
        var isThere =
                Pattern.compile(File.pathSeparator)
                        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
        assumeTrue(isThere, "NOT RUN: CDK needs Node, and there is no node on the PATH");
    }

    @Test
    void synthesizes_from_the_catalog(@TempDir Path output) {
        var app = new App(AppProps.builder().outdir(output.toString()).build());
        var template = Template.fromStack(new HeraldStack(app, "Herald"));

        assertThat(template.toJSON().get("Description"))
                .isEqualTo(
                        "Herald, a notification system of "
                                + Catalog.FUNCTIONS.size()
                                + " functions");
        assertThat(template.findResources("*")).isEqualTo(Map.of());

        app.synth();
        assertThat(output.resolve("Herald.template.json")).exists();
    }
}
