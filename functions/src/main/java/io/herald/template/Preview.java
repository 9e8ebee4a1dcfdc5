package io.herald.template;

import java.util.Set;

/**
 * What a template made of a payload.
 *
 * @param missing the names that the template asked for and the payload does not have, or has as
 *     null; those in a section that was left out are not among them
 */
public record Preview(RenderedMessage message, Set<String> missing) {
    public Preview {
        missing = Set.copyOf(missing);
    }
}
