package io.herald.api.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names one state of a resource (RFC 9110, section 8.8.3). Ours are strong; a weak one can only
 * come from a caller.
 *
 * @param opaque what stands between the quotation marks
 */
public record EntityTag(String opaque, boolean weak) {
    private static final int DIGEST_BYTES = 18;

    /** The tag of what counts its versions. */
    public static EntityTag ofVersion(long version) {
        return new EntityTag(Long.toString(version), false);
    }

    /** The tag of what is known by its content alone. */
    public static EntityTag ofContent(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            // Four characters for three bytes, so none is left over.
            return new EntityTag(
                    Base64.getUrlEncoder()
                            .encodeToString(digest)
                            .substring(0, DIGEST_BYTES / 3 * 4),
                    false);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** As it stands in a header. */
    public String text() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /** Strong comparison: both are strong and the same (RFC 9110, section 8.8.3.2). */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison, which does not ask whether they are strong (RFC 9110, section 8.8.3.2). */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** What a caller wants to be true of a resource before something is done with it. */
    public sealed interface Condition {

        /**
         * @param current the tag of the resource as it is; null when there is none
         */
        boolean holds(@Nullable EntityTag current);

        /** Whether the caller stated it. */
        default boolean isStated() {
            return !(this instanceof Unstated);
        }

        /**
         * @param current as in {@link #holds}
         * @throws ProblemException 412 when it does not hold
         */
        default void require(@Nullable EntityTag current) {
            if (!holds(current)) {
                throw new ProblemException(
                        Problem.of(
                                Problem.Type.PRECONDITION_FAILED,
                                current == null
                                        ? "It does not exist, and the call is for one that does."
                                        : "It is not as the call expects it; its entity tag is "
                                                + current.text()
                                                + "."));
            }
        }

        /** Holds always. */
        record Unstated() implements Condition {
            @Override
            public boolean holds(@Nullable EntityTag current) {
                return true;
            }
        }

        /** {@code If-Match: *}. */
        record Exists() implements Condition {
            @Override
            public boolean holds(@Nullable EntityTag current) {
                return current != null;
            }
        }

        /** {@code If-None-Match: *}. */
        record Absent() implements Condition {
            @Override
            public boolean holds(@Nullable EntityTag current) {
                return current == null;
            }
        }

        /** {@code If-Match} with tags. */
        record OneOf(List<EntityTag> tags) implements Condition {
            public OneOf {
                tags = List.copyOf(tags);
            }

            @Override
            public boolean holds(@Nullable EntityTag current) {
                return current != null && tags.stream().anyMatch(current::matchesStrongly);
            }
        }

        /** {@code If-None-Match} with tags. */
        record NoneOf(List<EntityTag> tags) implements Condition {
            public NoneOf {
                tags = List.copyOf(tags);
            }

            @Override
            public boolean holds(@Nullable EntityTag current) {
                return current == null || tags.stream().noneMatch(current::matchesWeakly);
            }
        }
    }

    /**
     * The request's If-Match (RFC 9110, section 13.1.1); tags are compared strongly.
     *
     * @throws ProblemException 400 when it is malformed
     */
    public static Condition ifMatch(HttpRequest request) {
        var values = request.header("if-match");
        if (values.isEmpty()) {
            return new Condition.Unstated();
        }
        var text = String.join(",", values);
        return isAny(text)
                ? new Condition.Exists()
                : new Condition.OneOf(new Parser("If-Match", text).tags());
    }

    /**
     * The request's If-None-Match (RFC 9110, section 13.1.2); tags are compared weakly. Where it
     * does not hold, a GET or HEAD is answered with 304 and everything else with 412.
     *
     * @throws ProblemException 400 when it is malformed
     */
    public static Condition ifNoneMatch(HttpRequest request) {
        var values = request.header("if-none-match");
        if (values.isEmpty()) {
            return new Condition.Unstated();
        }
        var text = String.join(",", values);
        return isAny(text)
                ? new Condition.Absent()
                : new Condition.NoneOf(new Parser("If-None-Match", text).tags());
    }

    private static boolean isAny(String text) {
        return text.strip().equals("*");
    }

    /** Reads a list of tags; a comma may be part of a tag, and a list may have empty items. */
    private static final class Parser {
        private final String header;
        private final String text;
        private int at;

        Parser(String header, String text) {
            this.header = header;
            this.text = text;
        }

        List<EntityTag> tags() {
            var tags = new ArrayList<EntityTag>();
            skip(" \t,");
            while (at < text.length()) {
                tags.add(tag());
                skip(" \t");
                if (at < text.length() && text.charAt(at) != ',') {
                    throw malformed();
                }
                skip(" \t,");
            }
            return tags;
        }

        private EntityTag tag() {
            boolean weak = text.startsWith("W/", at);
            at += weak ? 2 : 0;
            if (at >= text.length() || text.charAt(at) != '"') {
                throw malformed();
            }
            int end = text.indexOf('"', at + 1);
            if (end < 0) {
                throw malformed();
            }
            var opaque = text.substring(at + 1, end);
            if (!opaque.chars().allMatch(Parser::isTagCharacter)) {
                throw malformed();
            }
            at = end + 1;
            return new EntityTag(opaque, weak);
        }

        private static boolean isTagCharacter(int character) {
            return character > ' ' && character != 0x7F;
        }

        private void skip(String characters) {
            while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private ProblemException malformed() {
            return new ProblemException(
                    Problem.of(
                            Problem.Type.MALFORMED,
                            header
                                    + " must be * or entity tags in quotation marks, with commas"
                                    + " between them."));
        }
    }
}
