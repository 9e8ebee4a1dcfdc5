package io.herald.submission;

/**
 * What is wrong with one field of a request.
 *
 * @param pointer a JSON Pointer (RFC 6901) into the item, such as {@code /channels/1}
 * @param detail for the caller; says what is expected
 */
public record FieldProblem(String pointer, String detail) {}
