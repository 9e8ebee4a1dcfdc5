package io.herald.api.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a text must look like. */
@FunctionalInterface
public interface Format {

    /**
     * @return what is expected, to be read after the field's name; empty when the text is right
     */
    Optional<String> problemWith(String text);

    /** The text's length lies between the two, which both are allowed, in UTF-16 code units. */
    static Format length(int min, int max) {
        var expected =
                min == 0
                        ? "must have at most %d characters".formatted(max)
                        : "must have %d to %d characters".formatted(min, max);
        return matching(text -> text.length() >= min && text.length() <= max, expected);
    }

    /**
     * @param expected such as "must be a number"
     */
    static Format matching(Predicate<String> rule, String expected) {
        return text -> rule.test(text) ? Optional.empty() : Optional.of(expected);
    }

    /** One of a few texts. */
    static Format oneOf(List<String> texts) {
        return matching(texts::contains, "must be one of " + String.join(", ", texts));
    }

    /**
     * @param parser throws IllegalArgumentException with words for the caller
     */
    static Format parsedBy(Consumer<String> parser) {
        return text -> {
            try {
                parser.accept(text);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        };
    }

    /** Both must be right; the second is asked when the first is. */
    default Format and(Format other) {
        return text -> problemWith(text).or(() -> other.problemWith(text));
    }
}
