package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON Merge Patch (RFC 7396). */
public final class MergePatch {
    private MergePatch() {}

    /**
     * What becomes of a document (section 2): fields that the patch does not name stay, those that
     * it names with null go, objects are patched in their turn, and everything else is replaced. A
     * patch that is no object takes the document's place.
     *
     * @return neither of the two, which both stay as they are
     */
    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch.deepCopy();
        }
        var result = target instanceof ObjectNode object ? object.deepCopy() : Json.object();
        for (var change : changes.properties()) {
            var name = change.getKey();
            if (change.getValue().isNull()) {
                result.remove(name);
            } else {
                result.set(name, apply(result.path(name), change.getValue()));
            }
        }
        return result;
    }
}
