package io.herald.api.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the operation that a request means. */
public final class Routes {
    private final Map<String, List<Route>> byTemplate;

    public Routes(List<Route> routes) {
        byTemplate =
                routes.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Route::template, LinkedHashMap::new, Collectors.toList()));
    }

    /** All of them. */
    public List<Route> all() {
        return byTemplate.values().stream().flatMap(List::stream).toList();
    }

    /** Where a request leads. */
    public sealed interface Match {
        /**
         * @param pathParameters decoded
         */
        record Found(Route route, Map<String, String> pathParameters) implements Match {}

        /**
         * The path is known and the method is not one of its own.
         *
         * @param allowed for the header Allow
         */
        record OtherMethod(String template, String allowed) implements Match {}

        record Unknown() implements Match {}

        /** The path holds something that is not percent-encoded UTF-8. */
        record Undecodable() implements Match {}
    }

    /** HEAD goes where GET goes. */
    public Match find(HttpRequest request) {
        var place = byResource(request).or(() -> byPath(request.path()));
        if (place.isEmpty()) {
            return new Match.Unknown();
        }
        var decoded = new LinkedHashMap<String, String>();
        for (var parameter : place.get().pathParameters().entrySet()) {
            var value = Texts.ofPercentEncoded(parameter.getValue());
            if (value.isEmpty()) {
                return new Match.Undecodable();
            }
            decoded.put(parameter.getKey(), value.get());
        }
        var template = place.get().template();
        var routes = byTemplate.getOrDefault(template, List.of());
        var method = request.method().equals("HEAD") ? "GET" : request.method();
        return routes.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .<Match>map(route -> new Match.Found(route, decoded))
                .orElseGet(() -> new Match.OtherMethod(template, allowed(routes)));
    }

    private record Place(String template, Map<String, String> pathParameters) {}

    /**
     * The resource says which template it is; its parameters are read from the path, where they are
     * percent-encoded for certain. A custom domain may put segments of its own before them.
     */
    private Optional<Place> byResource(HttpRequest request) {
        var resource = request.resource();
        if (resource == null || !byTemplate.containsKey(resource)) {
            return Optional.empty();
        }
        var segments = segments(request.path());
        int own = segments(resource).size() - 1;
        if (segments.size() <= own) {
            return Optional.empty();
        }
        var ours = new ArrayList<>(List.of(""));
        ours.addAll(segments.subList(segments.size() - own, segments.size()));
        return match(resource, ours);
    }

    private Optional<Place> byPath(String path) {
        var segments = segments(path);
        return byTemplate.keySet().stream()
                // One that says more in words goes before one that would take it as a parameter.
                .sorted((a, b) -> Long.compare(parametersOf(a), parametersOf(b)))
                .flatMap(template -> match(template, segments).stream())
                .findFirst();
    }

    private static Optional<Place> match(String template, List<String> segments) {
        var expected = segments(template);
        if (expected.size() != segments.size()) {
            return Optional.empty();
        }
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 0; i < expected.size(); i++) {
            var segment = segments.get(i);
            if (isParameter(expected.get(i)) && !segment.isEmpty()) {
                parameters.put(nameOf(expected.get(i)), segment);
            } else if (!expected.get(i).equals(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Place(template, parameters));
    }

    private static String allowed(List<Route> routes) {
        var methods = new TreeSet<String>();
        for (var route : routes) {
            methods.add(route.method());
            if (route.method().equals("GET")) {
                methods.add("HEAD");
            }
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }

    private static long parametersOf(String template) {
        return template.chars().filter(character -> character == '{').count();
    }

    private static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        int start = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
            segments.add(path.substring(start, slash));
            start = slash + 1;
        }
        segments.add(path.substring(start));
        return segments;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    private static String nameOf(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
