package io.herald.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.herald.local.LocalSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndToEndTest {
    @TempDir Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        var terminal =
                new Terminal(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false);
        return Herald.commandLine(terminal, new Installation(root), () -> false)
                .execute(
                        Stream.concat(Stream.of("e2e"), Stream.of(arguments))
                                .toArray(String[]::new));
    }

    @Test
    void a_stack_of_its_own_passes_every_scenario() {
        var code = run("--json");

        var results = Json.read(out.toString(UTF_8));
        assertThat(results)
                .as(() -> results.toPrettyString() + err.toString(UTF_8))
                .hasSizeGreaterThan(25)
                .allMatch(result -> result.path("outcome").asText().equals("passed"))
                .allMatch(result -> result.path("milliseconds").isIntegralNumber());
        assertThat(results)
                .extracting(result -> result.path("scenario").asText())
                .doesNotHaveDuplicates()
                .contains("a webhook reaches a user's URL, and any", "what was made is removed");
        assertThat(code).isEqualTo(ExitCode.OK);
    }

    @Test
    void what_was_there_is_no_obstacle_and_only_notifications_are_left_behind() throws Exception {
        var settings = LocalSettings.in(root.resolve("state"), new Installation(root).binaries());
        var terminal = new Terminal(System.out, System.err, false);
        try (var progress = terminal.progress("Starting");
                var stack = StartedStack.start(settings, progress)) {
            var key = new Administration(stack).createTenant("shop").key();
            try (var api = new ApiClient(stack.url(), key)) {
                api.put("/v1/users/ada", Json.object()).expectSuccess();
                api.put("/v1/templates/welcome", Json.read("{\"inbox\": {\"title\": \"Welcome\"}}"))
                        .expectSuccess();
                api.put("/v1/categories/news", Json.object()).expectSuccess();

                var code = run("--url", stack.url().toString(), "--key", key);

                assertThat(code).as(() -> err.toString(UTF_8)).isEqualTo(ExitCode.OK);
                assertThat(err.toString(UTF_8)).contains("--email").contains("--webhook");
                assertThat(names(api, "/v1/users", "userId")).containsExactly("ada");
                assertThat(names(api, "/v1/templates", "key")).containsExactly("welcome");
                assertThat(names(api, "/v1/categories", "key"))
                        .containsExactlyInAnyOrder(
                                "marketing", "news", "security", "transactional");
            }
        }
    }

    private static List<String> names(ApiClient api, String list, String field)
            throws InterruptedException {
        return api.get(list + "?limit=100").expectSuccess().path("data").findValuesAsText(field);
    }

    @Test
    void a_server_that_answers_200_to_everything_passes_no_scenario() throws IOException {
        try (var server = new Stub()) {
            assertThat(run("--url", server.url(), "--key", "hk_a", "--json"))
                    .isEqualTo(ExitCode.FAILED);
        }

        var results = Json.read(out.toString(UTF_8));
        assertThat(results)
                .hasSizeGreaterThan(25)
                .allMatch(result -> result.path("outcome").asText().equals("failed"))
                .noneMatch(result -> result.path("expected").asText().isEmpty());
    }

    @Test
    void what_failed_is_told_with_the_answer_and_the_request_id() throws IOException {
        try (var server = new Stub()) {
            assertThat(run("--url", server.url() + "/", "--key", "hk_a"))
                    .isEqualTo(ExitCode.FAILED);
        }

        assertThat(out.toString(UTF_8)).startsWith("SCENARIO").contains("failed  ");
        assertThat(err.toString(UTF_8))
                .contains("expected status 201")
                .containsPattern("PUT /v1/users/\\S+ answered 200, request id of-the-stub: \\{}")
                .doesNotContain("hk_a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT /v1/templates/", "DELETE /v1/users/"})
    void what_was_made_is_removed_after_ctrl_c_as_well(String last) throws IOException {
        var main = Thread.currentThread();
        var isPressed = new AtomicBoolean();
        try (var server = new Stub()) {
            server.beforeAnswering(call -> {
                if (call.startsWith(last) && isPressed.compareAndSet(false, true)) {
                    main.interrupt();
                }
            });

            assertThat(run("--url", server.url(), "--key", "hk_a")).isEqualTo(ExitCode.INTERRUPTED);

            assertThat(isPressed).isTrue();
            assertThat(server.paths("PUT")).isNotEmpty();
            assertThat(server.paths("DELETE")).containsAll(server.paths("PUT"));
        }
    }

    @Test
    void where_nothing_answers_it_says_so() {
        // Port 1 is nobody's.
        assertThat(run("--url", "http://127.0.0.1:1", "--key", "hk_a"))
                .isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(err.toString(UTF_8)).contains("Nothing answers at http://127.0.0.1:1");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    /** Answers 200 {} to everything. */
    private static final class Stub implements AutoCloseable {
        private static final byte[] ANSWER = "{}".getBytes(UTF_8);

        private final HttpServer server;
        private final Queue<String> calls = new ConcurrentLinkedQueue<>();
        private volatile Consumer<String> beforeAnswering = _ -> {};

        private Stub() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        exchange.getRequestBody().readAllBytes();
                        var call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                        calls.add(call);
                        beforeAnswering.accept(call);
                        exchange.getResponseHeaders().add("x-request-id", "of-the-stub");
                        exchange.sendResponseHeaders(200, ANSWER.length);
                        exchange.getResponseBody().write(ANSWER);
                        exchange.close();
                    });
            server.start();
        }

        private void beforeAnswering(Consumer<String> action) {
            beforeAnswering = action;
        }

        /** Those that were called with a method. */
        private List<String> paths(String method) {
            return calls.stream()
                    .filter(call -> call.startsWith(method + " "))
                    .map(call -> call.substring(method.length() + 1))
                    .toList();
        }

        private String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
