package io.herald.adapter.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What is logged, with all that is said of exceptions, until it is closed. */
final class RecordedLog extends AbstractAppender implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    RecordedLog() {
        super(
                "recorded",
                null,
                PatternLayout.newBuilder().setPattern("%level %logger %m%n%ex").build(),
                false,
                Property.EMPTY_ARRAY);
        start();
        context().getRootLogger().addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
        lines.add(new String(getLayout().toByteArray(event), StandardCharsets.UTF_8));
    }

    String text() {
        return String.join("", lines);
    }

    @Override
    public void close() {
        context().getRootLogger().removeAppender(this);
        stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LogManager.getContext(false);
    }
}
