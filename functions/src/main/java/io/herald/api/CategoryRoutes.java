package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.api.http.Page.Positions;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.notification.Guarantee;
import io.herald.template.Templates;
import io.herald.tenant.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Categories: the built-in ones and a tenant's own. */
final class CategoryRoutes {
    private static final String CATEGORIES = "/v1/categories";
    private static final String CATEGORY = "/v1/categories/{key}";
    private static final int MAX_NAMED = 10;
    private static final String URGENT = "urgent";
    private static final String OWN = "own";
    private static final List<String> GUARANTEES =
            Arrays.stream(Guarantee.values()).map(CategoryRoutes::textOf).toList();

    private final Categories categories;
    private final Templates templates;

    CategoryRoutes(Categories categories, Templates templates) {
        this.categories = categories;
        this.templates = templates;
    }

    List<Route> all() {
        return List.of(
                new Route("GET", CATEGORIES, Scope.READ, Page.PARAMETERS, this::list),
                Route.of("PUT", CATEGORY, Scope.MANAGE, this::put),
                Route.of("GET", CATEGORY, Scope.READ, this::get),
                Route.of("DELETE", CATEGORY, Scope.MANAGE, this::delete));
    }

    private HttpResponse list(Call call) {
        var list = List.of(CATEGORIES, call.caller().toString());
        var page =
                Page.of(call.query(), list, call.problems(), Positions.keys(Formats.CATEGORY_KEY));
        call.problems().refuse();
        var after = page.after();
        var found =
                categories.of(call.caller()).all().stream()
                        .filter(each -> after == null || each.key().compareTo(after) > 0)
                        .limit(page.look())
                        .toList();
        return HttpResponse.json(200, page.of(found, Category::key, CategoryRoutes::encode));
    }

    private HttpResponse put(Call call) {
        var key = call.path("key", Formats.CATEGORY_KEY);
        var category = read(call.body(), call.path("key"), call.problems());
        call.problems().refuse();
        if (key == null || category == null) {
            throw new IllegalStateException("a category that is not there was not refused");
        }
        refuseBuiltIn(category.key());
        var stored =
                categories
                        .put(call.caller(), category)
                        .orElseThrow(() ->
                                conflict(
                                        "There are %d categories of your own already, which is the most there can be."
                                                .formatted(Categories.MAX_OWN)));
        return HttpResponse.json(stored.created() ? 201 : 200, encode(category));
    }

    private HttpResponse get(Call call) {
        var category = categories.of(call.caller()).find(call.path("key"));
        return HttpResponse.json(200, encode(category.orElseThrow(CategoryRoutes::notFound)));
    }

    private HttpResponse delete(Call call) {
        var key = call.path("key");
        if (!Category.isValidKey(key)) {
            throw notFound();
        }
        refuseBuiltIn(key);
        var naming = templates.namingCategory(call.caller(), key, MAX_NAMED);
        if (!naming.isEmpty()) {
            throw conflict(
                    "Templates name this category; give them another one first: "
                            + String.join(", ", naming)
                            + (naming.size() == MAX_NAMED ? ", and perhaps more." : "."));
        }
        if (categories.delete(call.caller(), key).isEmpty()) {
            throw notFound();
        }
        return HttpResponse.empty(204);
    }

    private static @Nullable Category read(JsonNode body, String key, InputProblems problems) {
        var fields = Fields.of(body, "", problems);
        if (fields == null) {
            return null;
        }
        var guarantee = fields.choice("guarantee", CategoryRoutes::guaranteeOf, GUARANTEES);
        var urgent =
                fields.choice(
                        "lane",
                        text ->
                                text.equals(URGENT) || text.equals(OWN)
                                        ? Optional.of(text.equals(URGENT))
                                        : Optional.empty(),
                        List.of(URGENT, OWN));
        var optOut = fields.flag("optOut");
        fields.refuseOthers();
        return new Category(
                key,
                guarantee == null ? Guarantee.AT_LEAST_ONCE : guarantee,
                urgent != null && urgent,
                optOut != null && optOut);
    }

    private static ObjectNode encode(Category category) {
        return Json.object()
                .put("key", category.key())
                .put("guarantee", textOf(category.guarantee()))
                .put("lane", category.urgent() ? URGENT : OWN)
                .put("optOut", category.optOut())
                .put("builtIn", category.isBuiltIn());
    }

    private static String textOf(Guarantee guarantee) {
        return switch (guarantee) {
            case AT_LEAST_ONCE -> "atLeastOnce";
            case AT_MOST_ONCE -> "atMostOnce";
        };
    }

    private static Optional<Guarantee> guaranteeOf(String text) {
        return Arrays.stream(Guarantee.values())
                .filter(guarantee -> textOf(guarantee).equals(text))
                .findFirst();
    }

    private static void refuseBuiltIn(String key) {
        if (Category.isBuiltIn(key)) {
            throw conflict("This category is built in, and the same for everyone.");
        }
    }

    private static ProblemException conflict(String detail) {
        return new ProblemException(Problem.of(Problem.Type.CONFLICT, detail));
    }

    private static ProblemException notFound() {
        return new ProblemException(Problem.notFound("category"));
    }
}
