package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a caller has reached the API, as API Gateway tells it: the host that was asked for, and the
 * stage, or what a custom domain puts in its place.
 */
public final class PublicAddress {
    // What a URL has between its slashes and its path (RFC 3986, section 3.2), without a user, and
    // no longer than a name can be: a batch repeats it for each item that is wrong.
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");
    private static final String ANYTHING = "/{proxy+}";

    private PublicAddress() {}

    /**
     * @param headers by their names in lower case
     * @return without a slash at its end; without scheme and host when they are not known
     */
    static String of(JsonNode event, Map<String, List<String>> headers) {
        var context = event.path("requestContext");
        var path = event.path("path").asText("");
        var before = before(context.path("path").asText(path), path, event);
        // With its port, which the domain's name lacks.
        var host = first(headers, "host", context.path("domainName").asText(""));
        // Whoever tells nothing is behind TLS, as API Gateway is.
        var scheme = first(headers, "x-forwarded-proto", "https").equals("http") ? "http" : "https";
        return of(scheme, host) + before;
    }

    /**
     * The address of an API at the root of a host.
     *
     * @param host as a caller sent it, with its port if it has one
     * @return empty when that is no host
     */
    public static String of(String scheme, String host) {
        return HOST.matcher(host).matches() ? scheme + "://" + host : "";
    }

    /**
     * @param whole the path as it was asked for
     * @return what stands in it before that of the resource
     */
    private static String before(String whole, String path, JsonNode event) {
        var resource = event.path("resource").asText("");
        if (resource.isEmpty() || resource.equals(ANYTHING)) {
            var proxy = event.path("pathParameters").path("proxy");
            var rest = "/" + proxy.asText("");
            // Decoded, it may differ from what was sent.
            var end = proxy.isTextual() && whole.endsWith(rest) ? rest : path;
            return whole.endsWith(end) ? whole.substring(0, whole.length() - end.length()) : "";
        }
        int end = whole.length();
        // A parameter stands for one segment.
        for (long left = resource.chars().filter(each -> each == '/').count(); left > 0; left--) {
            end = Math.max(whole.lastIndexOf('/', end - 1), 0);
        }
        return whole.substring(0, end);
    }

    private static String first(Map<String, List<String>> headers, String name, String otherwise) {
        var values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? otherwise : values.getFirst();
    }
}
