package io.herald.api.docs;

import io.herald.api.http.Call;
import io.herald.api.http.EntityTag;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The OpenAPI document, a page that says the same, and a page for each type of problem. They need
 * no key. The pages are made when they are first asked for, and kept.
 */
public final class DocumentationRoutes {
    private static final String DOCUMENT = "/openapi.json";
    private static final String REFERENCE = "/docs";
    private static final String PROBLEM = "/problems/{code}";

    private final Map<String, Content> made = new ConcurrentHashMap<>();
    private final AtomicReference<OpenApiDocument> read = new AtomicReference<>();

    private record Content(String text, EntityTag tag) {
        static Content of(String text) {
            return new Content(text, EntityTag.ofContent(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    public List<Route> all() {
        return List.of(
                Route.of("GET", DOCUMENT, null, this::document),
                Route.of("GET", REFERENCE, null, this::reference),
                Route.of("GET", PROBLEM, null, this::problem));
    }

    private HttpResponse document(Call call) {
        // Not kept, as it names where it was asked for, which is for callers to say.
        var content = Content.of(openApi().json(call.request().address()));
        return answer(call, content, Map.of("Content-Type", "application/json"));
    }

    private HttpResponse reference(Call call) {
        return page(call, content(REFERENCE, () -> ReferencePage.of(openApi())));
    }

    private HttpResponse problem(Call call) {
        var type =
                Arrays.stream(Problem.Type.values())
                        .filter(each -> each.slug().equals(call.path("code")))
                        .findFirst()
                        .orElseThrow(() -> new ProblemException(Problem.notFound("problem")));
        return page(call, content(PROBLEM + type.slug(), () -> ProblemPage.of(type)));
    }

    private OpenApiDocument openApi() {
        return read.updateAndGet(seen -> seen == null ? OpenApiDocument.read() : seen);
    }

    private Content content(String name, Supplier<String> maker) {
        return made.computeIfAbsent(name, _ -> Content.of(maker.get()));
    }

    private static HttpResponse page(Call call, Content content) {
        return answer(
                call,
                content,
                Map.of(
                        "Content-Type",
                        "text/html; charset=utf-8",
                        "Content-Security-Policy",
                        PageStyle.contentSecurityPolicy(),
                        "Referrer-Policy",
                        "no-referrer"));
    }

    private static HttpResponse answer(Call call, Content content, Map<String, String> headers) {
        var answer =
                new HttpResponse(200, headers, content.text())
                        .with("ETag", content.tag().text())
                        .with("X-Content-Type-Options", "nosniff")
                        // A new version of the API may say something else; asking costs little.
                        .with("Cache-Control", "public, max-age=60");
        return EntityTag.ifNoneMatch(call.request()).holds(content.tag())
                ? answer
                : answer.notModified();
    }
}
