package io.herald.local.gateway;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the API, read from the paths of its OpenAPI 3.0 document, and the matching of
 * requests with them as API Gateway does it: segment by segment, a literal before a parameter. What
 * matches none, and a method that its resource does not declare, goes to {@code ANY /{proxy+}} (and
 * {@code ANY /}, which a greedy parameter does not cover), as in the API in the cloud.
 */
public final class ApiResources {

    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    private final List<Resource> resources;

    private ApiResources(List<Resource> resources) {
        this.resources = resources;
    }

    /**
     * Reads the document.
     *
     * @param openApi an OpenAPI 3.0 document, YAML or JSON; not closed
     * @throws IOException if it cannot be read or has no paths
     */
    public static ApiResources read(InputStream openApi) throws IOException {
        var document = new YAMLMapper().readTree(openApi);
        var paths = document.path("paths");
        if (!paths.isObject()) {
            throw new IOException("the OpenAPI document has no paths");
        }
        var resources = new ArrayList<Resource>();
        for (var path : paths.properties()) {
            var methods = new TreeSet<String>();
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    methods.add(operation.getKey().toUpperCase(Locale.ROOT));
                }
            }
            resources.add(new Resource(path.getKey(), segments(path.getKey()), methods));
        }
        return new ApiResources(List.copyOf(resources));
    }

    /**
     * Finds the resource of a request.
     *
     * @param path as it was sent, percent-encoded, with its leading slash
     * @throws Refusal 400 if a path parameter cannot be decoded
     */
    Match match(String method, String path) throws Refusal {
        var sent = segments(path);
        Resource best = null;
        for (var resource : resources) {
            if (resource.matches(sent) && (best == null || resource.isMoreLiteralThan(best))) {
                best = resource;
            }
        }
        if (best != null && best.methods.contains(method)) {
            return new Match(best.template, best.parameters(sent));
        }
        if (path.equals("/")) {
            return new Match("/", Map.of());
        }
        var proxy = PercentEncoding.decodePath(path.substring(1));
        return new Match("/{proxy+}", Map.of("proxy", proxy));
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    /**
     * The resource that a request belongs to.
     *
     * @param resource its template, such as {@code /v1/users/{userId}}
     * @param parameters its path parameters, decoded
     */
    record Match(String resource, Map<String, String> parameters) {}

    private record Resource(String template, List<String> segments, Set<String> methods) {

        boolean matches(List<String> sent) {
            if (sent.size() != segments.size()) {
                return false;
            }
            for (var i = 0; i < sent.size(); i++) {
                var fits =
                        parameter(i) == null
                                ? segments.get(i).equals(sent.get(i))
                                : !sent.get(i).isEmpty();
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        boolean isMoreLiteralThan(Resource other) {
            for (var i = 0; i < segments.size(); i++) {
                var literal = parameter(i) == null;
                if (literal != (other.parameter(i) == null)) {
                    return literal;
                }
            }
            return false;
        }

        Map<String, String> parameters(List<String> sent) throws Refusal {
            var values = new LinkedHashMap<String, String>();
            for (var i = 0; i < segments.size(); i++) {
                var name = parameter(i);
                if (name != null) {
                    values.put(name, PercentEncoding.decodePath(sent.get(i)));
                }
            }
            return Collections.unmodifiableMap(values);
        }

        private @Nullable String parameter(int segment) {
            var text = segments.get(segment);
            return text.startsWith("{") && text.endsWith("}")
                    ? text.substring(1, text.length() - 1)
                    : null;
        }
    }
}
