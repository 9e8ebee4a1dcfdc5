package io.herald.local.gateway;

import io.herald.local.lambda.Invoker;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Which function serves which paths: of the prefixes that fit, the longest. */
final class FunctionMounts {

    private final List<Map.Entry<String, Invoker>> longestFirst;

    FunctionMounts(Map<String, Invoker> byPathPrefix) {
        this.longestFirst =
                byPathPrefix.entrySet().stream()
                        .sorted(
                                Comparator.comparingInt((Map.Entry<String, Invoker> mount) ->
                                                mount.getKey().length())
                                        .reversed())
                        .map(mount -> Map.entry(mount.getKey(), mount.getValue()))
                        .toList();
    }

    /**
     * Finds the function of a path.
     *
     * @throws Refusal 404 if there is none
     */
    Invoker of(String path) throws Refusal {
        for (var mount : longestFirst) {
            if (path.startsWith(mount.getKey())) {
                return mount.getValue();
            }
        }
        throw new Refusal(404, "No function serves this path.");
    }
}
