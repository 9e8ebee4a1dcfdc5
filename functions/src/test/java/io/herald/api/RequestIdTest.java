package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One id for a request: in its answer, in the problem document, and in the log. */
final class RequestIdTest {
    private final World world = new World();
    private final Recorder log = new Recorder();

    @BeforeEach
    void record() {
        log.start();
        root().addAppender(log);
        Configurator.setLevel(Api.class, Level.INFO);
    }

    @AfterEach
    void stop() {
        Configurator.setLevel(Api.class, Level.ERROR);
        root().removeAppender(log);
        log.stop();
    }

    @Test
    void is_in_every_answer_and_in_the_log() {
        world.hasUser(world.tenant, "ada");
        List<Supplier<Answer>> calls =
                List.of(
                        () -> world.get("/v1/users/ada").answer(),
                        () -> world.get("/healthz").answer(),
                        () -> world.get("/v1/users/ada").anonymous().answer(),
                        () -> world.get("/nowhere").answer(),
                        () -> world.get("/v1/users/%zz").answer(),
                        () -> world.request("DELETE", "/healthz").answer(),
                        () -> world.request("OPTIONS", "/healthz").answer(),
                        () -> world.request("HEAD", "/v1/users/nobody").answer(),
                        () -> world.put("/v1/users/ada").json("{").answer(),
                        () -> world.put("/v1/users/ada").json("[]").answer(),
                        () -> world.put("/v1/users/ada").header("Content-Type", "a/b").answer(),
                        () -> {
                            world.stores.goDown();
                            return world.get("/v1/users/ada").answer();
                        },
                        () -> {
                            world.stores.failWith(new IllegalStateException());
                            return world.get("/v1/users/ada").answer();
                        });

        for (var call : calls) {
            log.lines.clear();
            var answer = call.get();

            assertThat(answer.headers()).containsEntry("x-request-id", "request-1");
            assertThat(log.lines)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("request request-1"));
            assertThat(log.lines.stream().filter(line -> line.contains(" " + answer.status())))
                    .hasSize(1);
            if (answer.status() >= 400 && !answer.text().isEmpty()) {
                assertThat(answer.body().path("requestId").asText()).isEqualTo("request-1");
            }
        }
    }

    private static org.apache.logging.log4j.core.Logger root() {
        return ((LoggerContext) LogManager.getContext(false)).getRootLogger();
    }

    private static final class Recorder extends AbstractAppender {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        private Recorder() {
            super("recorder", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            if (event.getLoggerName().startsWith("io.herald.api")) {
                lines.add(event.getMessage().getFormattedMessage());
            }
        }
    }
}
