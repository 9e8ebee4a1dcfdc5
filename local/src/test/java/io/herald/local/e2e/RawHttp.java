package io.herald.local.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** HTTP/1.1 by hand, one connection for each request, so that anything can be sent. */
final class RawHttp {

    private static final int PATIENCE_MILLISECONDS = 40_000;

    private final URI url;

    /**
     * What came back.
     *
     * @param headers by their names in lower case; of a name that came twice the last
     * @param body decompressed
     */
    record Answer(int status, Map<String, String> headers, String body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    RawHttp(String url) {
        this.url = URI.create(url);
    }

    /**
     * Sends a request; Host, Content-Length and Connection are added.
     *
     * @return empty when the connection was closed without an answer
     */
    Optional<Answer> send(String method, String target, List<String> headers, byte[] body) {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        head.append("Host: ").append(url.getAuthority()).append("\r\n");
        if (body.length > 0 || !List.of("GET", "HEAD", "DELETE").contains(method)) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        byte[] answer;
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLISECONDS);
            try {
                socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
                socket.getOutputStream().write(body);
            } catch (IOException _) {
                // It may have answered before it had read everything.
            }
            answer = socket.getInputStream().readAllBytes();
        } catch (IOException _) {
            return Optional.empty();
        }
        return answer.length == 0 ? Optional.empty() : Optional.of(parse(answer));
    }

    private static Answer parse(byte[] answer) {
        var text = new String(answer, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        var lines = text.substring(0, end).split("\r\n");
        var headers = new LinkedHashMap<String, String>();
        for (var line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var body = Arrays.copyOfRange(answer, end + 4, answer.length);
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]),
                headers,
                new String(
                        "gzip".equals(headers.get("content-encoding")) ? gunzip(body) : body,
                        UTF_8));
    }

    private static byte[] gunzip(byte[] body) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the answer is not gzip", e);
        }
    }
}
