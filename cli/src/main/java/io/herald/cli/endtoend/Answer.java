package io.herald.cli.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.herald.cli.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What came back, and what is expected of it. Each expectation that fails ends the scenario. */
final class Answer {
    private static final int SHOWN = 600;

    private final Call call;
    private final HttpResponse<byte[]> response;

    Answer(Call call, HttpResponse<byte[]> response) {
        this.call = call;
        this.response = response;
    }

    int status() {
        return response.statusCode();
    }

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    Optional<String> requestId() {
        return header("x-request-id");
    }

    String text() {
        return new String(response.body(), UTF_8);
    }

    JsonNode json() {
        try {
            return Json.read(response.body());
        } catch (UncheckedIOException _) {
            throw unexpected("a body in JSON");
        }
    }

    JsonNode at(String pointer) {
        return json().at(pointer);
    }

    /** The text at a JSON Pointer, which must be there. */
    String textAt(String pointer) {
        var node = at(pointer);
        if (!node.isTextual()) {
            throw unexpected("a text at " + pointer);
        }
        return node.textValue();
    }

    /** The entity tag, which must be there. */
    String tag() {
        return header("ETag").orElseThrow(() -> unexpected("a header ETag"));
    }

    /** The body, which must be compressed. */
    JsonNode unzipped() {
        expectHeader("Content-Encoding", "gzip");
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return Json.read(unzipped.readAllBytes());
        } catch (IOException | UncheckedIOException _) {
            throw unexpected("a body of JSON in gzip");
        }
    }

    Answer expect(int status) {
        if (status() != status) {
            throw unexpected("status " + status);
        }
        if (requestId().isEmpty()) {
            throw unexpected("a header x-request-id");
        }
        return this;
    }

    Answer expect(String pointer, String value) {
        return expect(pointer, TextNode.valueOf(value));
    }

    Answer expect(String pointer, int value) {
        return expect(pointer, IntNode.valueOf(value));
    }

    Answer expect(String pointer, boolean value) {
        return expect(pointer, BooleanNode.valueOf(value));
    }

    Answer expectNull(String pointer) {
        return expect(pointer, NullNode.instance);
    }

    Answer expect(String pointer, JsonNode value) {
        if (!at(pointer).equals(value)) {
            throw unexpected(value + " at " + pointer);
        }
        return this;
    }

    /**
     * @param what is expected, in words
     */
    Answer expectThat(String what, Predicate<Answer> holds) {
        if (!holds.test(this)) {
            throw unexpected(what);
        }
        return this;
    }

    /** The value of a header begins with a pattern. */
    Answer expectHeader(String name, String pattern) {
        var matches = Pattern.compile(pattern);
        if (header(name).filter(value -> matches.matcher(value).lookingAt()).isEmpty()) {
            throw unexpected("a header " + name + " that is " + pattern);
        }
        return this;
    }

    Answer expectNoHeader(String name) {
        if (header(name).isPresent()) {
            throw unexpected("no header " + name + ", but it is " + header(name).orElseThrow());
        }
        return this;
    }

    /** The errors of a problem document name exactly these pointers or parameters. */
    Answer expectErrors(String... names) {
        var named = new TreeSet<String>();
        for (var error : at("/errors")) {
            named.add(error.path("pointer").asText(error.path("parameter").asText()));
        }
        var expected = new TreeSet<>(Set.of(names));
        if (!named.equals(expected)) {
            throw unexpected("errors at " + String.join(", ", expected));
        }
        return this;
    }

    /** For an expectation that needs more than this answer. */
    UnexpectedAnswer unexpected(String expected) {
        var id = requestId();
        var text = text();
        return new UnexpectedAnswer(
                expected,
                "%s answered %d, %s: %s"
                        .formatted(
                                call,
                                status(),
                                id.map(it -> "request id " + it).orElse("without a request id"),
                                text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text),
                id);
    }
}
