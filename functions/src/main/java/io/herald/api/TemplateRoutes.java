package io.herald.api;

import io.herald.api.http.Call;
import io.herald.api.http.EntityTag;
import io.herald.api.http.Format;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Page;
import io.herald.api.http.Page.Positions;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.category.Categories;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateSummary;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import io.herald.tenant.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Templates. */
final class TemplateRoutes {
    private static final String TEMPLATES = "/v1/templates";
    private static final String TEMPLATE = "/v1/templates/{key}";
    private static final String VERSIONS = "/v1/templates/{key}/versions";
    private static final String PREVIEW = "/v1/templates/{key}/preview";

    private static final Format VERSION =
            Format.matching(text -> text.matches("[1-9][0-9]{0,8}"), "must be a version");

    private final Templates templates;
    private final Categories categories;
    private final Renderer renderer;

    TemplateRoutes(Templates templates, Categories categories, Renderer renderer) {
        this.templates = templates;
        this.categories = categories;
        this.renderer = renderer;
    }

    List<Route> all() {
        return List.of(
                new Route("GET", TEMPLATES, Scope.READ, Page.PARAMETERS, this::list),
                Route.of("PUT", TEMPLATE, Scope.MANAGE, this::put),
                new Route("GET", TEMPLATE, Scope.READ, List.of("version"), this::get),
                Route.of("DELETE", TEMPLATE, Scope.MANAGE, this::archive),
                new Route("GET", VERSIONS, Scope.READ, Page.PARAMETERS, this::listVersions),
                Route.of("POST", PREVIEW, Scope.READ, this::preview).withCostCounted());
    }

    private HttpResponse list(Call call) {
        var list = List.of(TEMPLATES, call.caller().toString());
        var page =
                Page.of(call.query(), list, call.problems(), Positions.keys(Formats.TEMPLATE_KEY));
        call.problems().refuse();
        var found = templates.list(call.caller(), page.after(), page.look());
        return HttpResponse.json(200, page.of(found, TemplateSummary::key, TemplateJson::of));
    }

    private HttpResponse put(Call call) {
        var ifMatch = EntityTag.ifMatch(call.request());
        var ifNoneMatch = EntityTag.ifNoneMatch(call.request());
        var name = call.path("key", Formats.TEMPLATE_KEY);
        var content = TemplateBody.read(call.body(), "", call.path("key"), call.problems());
        if (content != null) {
            new TemplateCheck(renderer, "", call.problems()).check(content);
            if (categories.of(call.caller()).find(content.category()).isEmpty()) {
                call.problems().add("/category", "no category has this key");
            }
        }
        call.problems().refuse();
        if (name == null || content == null) {
            throw new IllegalStateException("a template that is not there was not refused");
        }
        var key = new TemplateKey(call.caller(), name);
        // Ends: whenever the template is not as it was a moment ago, another call has changed it.
        while (true) {
            var current = templates.current(key).orElse(null);
            var tag = current == null ? null : tagOf(current);
            ifMatch.require(tag);
            ifNoneMatch.require(tag);
            if (current != null && !ifMatch.isStated() && !current.content().equals(content)) {
                throw new ProblemException(ifMatchRequired(current));
            }
            var stored = templates.put(key, content, versionOf(current));
            if (stored.isPresent()) {
                return answer(stored.get());
            }
        }
    }

    private static HttpResponse answer(Templates.Stored stored) {
        int status =
                switch (stored.change()) {
                    case CREATED -> 201;
                    case CHANGED, UNCHANGED -> 200;
                };
        return answer(status, stored.template());
    }

    private static HttpResponse answer(int status, Template template) {
        return HttpResponse.json(status, TemplateJson.of(template))
                .with("ETag", tagOf(template).text());
    }

    private static Problem ifMatchRequired(Template current) {
        return Problem.of(
                Problem.Type.PRECONDITION_REQUIRED,
                "To change a template, say by If-Match which one you have seen; its entity tag is "
                        + tagOf(current).text()
                        + ".");
    }

    private HttpResponse get(Call call) {
        var ifNoneMatch = EntityTag.ifNoneMatch(call.request());
        var version = call.query().number("version", 1, Integer.MAX_VALUE);
        call.problems().refuse();
        var template = find(call, version);
        if (template == null) {
            throw notFound(version);
        }
        var answer = answer(200, template);
        return ifNoneMatch.holds(tagOf(template)) ? answer : answer.notModified();
    }

    private HttpResponse archive(Call call) {
        var ifMatch = EntityTag.ifMatch(call.request());
        if (!Template.isValidKey(call.path("key"))) {
            throw notFound(null);
        }
        var key = new TemplateKey(call.caller(), call.path("key"));
        // Ends, as in put.
        while (true) {
            var current = templates.current(key).orElseThrow(() -> notFound(null));
            if (!ifMatch.isStated()) {
                throw new ProblemException(ifMatchRequired(current));
            }
            ifMatch.require(tagOf(current));
            if (templates.archive(key, current.version())) {
                return HttpResponse.empty(204);
            }
        }
    }

    private HttpResponse listVersions(Call call) {
        var name = call.path("key");
        var list = List.of(VERSIONS, call.caller().toString(), name);
        var page = Page.of(call.query(), list, call.problems(), Positions.keys(VERSION));
        call.problems().refuse();
        var after = page.after();
        var found =
                Template.isValidKey(name)
                        ? templates.versions(
                                new TemplateKey(call.caller(), name),
                                after == null ? null : Integer.valueOf(after),
                                page.look())
                        : List.<TemplateSummary>of();
        if (found.isEmpty() && after == null) {
            throw notFound(null);
        }
        return HttpResponse.json(
                200, page.of(found, each -> Integer.toString(each.version()), TemplateJson::of));
    }

    private HttpResponse preview(Call call) {
        var body = PreviewBody.read(call.body(), call.path("key"), renderer, call.problems());
        if (body == null
                || call.problems().concern("/version")
                || (body.content() == null && call.problems().concern("/content"))) {
            call.problems().refuse();
            throw new IllegalStateException("a preview that is not there was not refused");
        }
        TemplateContent content = body.content();
        Integer version = null;
        if (content == null) {
            var template = find(call, body.version());
            if (template == null) {
                call.problems().refuse();
                throw notFound(body.version());
            }
            content = template.content();
            version = template.version();
        }
        var preview = new TemplatePreview(renderer, call.problems());
        var channels = preview.channelsOf(body, content);
        // A message is rendered for each, as it is for a notification, which costs the same.
        call.charge(Math.max(1, channels.size()));
        return HttpResponse.json(200, preview.of(body, channels, content, version));
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

    private static ProblemException notFound(@Nullable Integer version) {
        return new ProblemException(
                Problem.notFound(version == null ? "template" : "version of the template"));
    }

    private static EntityTag tagOf(Template template) {
        return EntityTag.ofVersion(template.version());
    }

    private static int versionOf(@Nullable Template template) {
        return template == null ? Templates.NONE : template.version();
    }
}
