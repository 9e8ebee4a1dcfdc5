package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import io.herald.tenant.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Templates. */
final class TemplateRoutes {
    private static final String TEMPLATE = "/v1/templates/{key}";

    private final Templates templates;
    private final Renderer renderer;

    TemplateRoutes(Templates templates, Renderer renderer) {
        this.templates = templates;
        this.renderer = renderer;
    }

    List<Route> all() {
        return List.of(
                Route.of("PUT", TEMPLATE, Scope.MANAGE, this::put),
                new Route("GET", TEMPLATE, Scope.READ, List.of("version"), this::get));
    }

    private HttpResponse put(Call call) {
        var key = call.path("key", Formats.TEMPLATE_KEY);
        var content = TemplateBody.read(call.body(), call.path("key"), call.problems());
        if (content != null) {
            new TemplateCheck(renderer, call.problems()).check(content);
        }
        call.problems().refuse();
        if (key == null || content == null) {
            throw new IllegalStateException("a template that is not there was not refused");
        }
        var stored = templates.put(new TemplateKey(call.caller(), key), content);
        int status =
                switch (stored.change()) {
                    case CREATED -> 201;
                    case CHANGED, UNCHANGED -> 200;
                };
        return HttpResponse.json(status, encode(stored.template()));
    }

    private HttpResponse get(Call call) {
        var version = call.query().number("version", 1, Integer.MAX_VALUE);
        call.problems().refuse();
        var template = find(call, version);
        if (template == null) {
            throw new ProblemException(
                    Problem.notFound(version == null ? "template" : "version of the template"));
        }
        return HttpResponse.json(200, encode(template));
    }

    private @Nullable Template find(Call call, @Nullable Integer version) {
        var key = call.path("key");
        if (!Template.isValidKey(key)) {
            return null;
        }
        if (version == null) {
            var newest = new TemplateKey(call.caller(), key);
            return templates.newest(List.of(newest)).get(newest);
        }
        var wanted = new TemplateVersion(call.caller(), key, version);
        return templates.find(List.of(wanted)).get(wanted);
    }

    private static ObjectNode encode(Template template) {
        var content = template.content();
        var json = Json.object().put("key", template.key()).put("version", template.version());
        var email = content.email();
        if (email == null) {
            json.putNull("email");
        } else {
            json.putObject("email")
                    .put("subject", email.subject())
                    .put("text", email.text())
                    .put("html", email.html());
        }
        var webhook = content.webhook();
        if (webhook == null) {
            json.putNull("webhook");
        } else {
            json.putObject("webhook").put("type", webhook.type()).put("body", webhook.body());
        }
        var inbox = content.inbox();
        if (inbox == null) {
            json.putNull("inbox");
        } else {
            json.putObject("inbox").put("title", inbox.title()).put("body", inbox.body());
        }
        var variables = json.putArray("requiredVariables");
        content.requiredVariables().stream().sorted().forEach(variables::add);
        return json.put("category", content.category())
                .put("createdAt", template.createdAt().toString());
    }
}
