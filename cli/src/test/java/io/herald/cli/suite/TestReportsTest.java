package io.herald.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReportsTest {
    @TempDir Path root;

    @BeforeEach
    void reports_of_two_modules() throws IOException {
        report(
                "functions",
                """
                <testsuite>
                  <testcase classname="io.herald.StatusTest" name="moves"/>
                  <testcase classname="io.herald.StatusTest" name="stays">
                    <failure message="expected: 1" type="AssertionError">expected: 1
                 but was: 2
                \tat org.assertj.Assert.fail(Assert.java:1)
                \tat io.herald.StatusTest.stays(StatusTest.java:12)
                \tat java.base/java.lang.Thread.run(Thread.java:1)
                </failure>
                  </testcase>
                  <testcase classname="io.herald.StatusTest" name="breaks">
                    <error type="IllegalStateException">gone</error>
                  </testcase>
                </testsuite>
                """);
        report(
                "infra-cdk",
                """
                <testsuite>
                  <testcase classname="io.herald.infra.HeraldStackTest" name="">
                    <skipped message="Assumption failed: NOT RUN: there is no node"/>
                  </testcase>
                </testsuite>
                """);
    }

    private void report(String module, String xml) throws IOException {
        var folder =
                Files.createDirectories(root.resolve(module).resolve("target/surefire-reports"));
        Files.writeString(folder.resolve("TEST-x.xml"), xml);
        Files.writeString(folder.resolve("x.txt"), "not a report");
    }

    @Test
    void counts_over_all_modules() throws IOException {
        var reports = TestReports.read(root);

        assertThat(reports.passed()).isEqualTo(1);
        assertThat(reports.failures())
                .extracting(TestReports.Failure::test)
                .containsExactly("StatusTest.stays", "StatusTest.breaks");
    }

    @Test
    void says_why_a_test_was_not_run() throws IOException {
        assertThat(TestReports.read(root).skips())
                .singleElement()
                .satisfies(skip -> {
                    assertThat(skip.test()).isEqualTo("HeraldStackTest");
                    assertThat(skip.reason()).contains("there is no node");
                });
    }

    @Test
    void sums_a_failure_up_by_its_message_and_the_own_lines_of_its_trace() throws IOException {
        assertThat(TestReports.read(root).failures().getFirst().summary().lines())
                .containsExactly(
                        "    expected: 1",
                        "     but was: 2",
                        "      at io.herald.StatusTest.stays(StatusTest.java:12)");
    }

    @Test
    void forgets_the_reports_of_former_runs() throws IOException {
        TestReports.clear(root);

        assertThat(TestReports.read(root))
                .isEqualTo(new TestReports(0, java.util.List.of(), java.util.List.of()));
        assertThat(root.resolve("functions/target/surefire-reports/x.txt")).exists();
    }
}
