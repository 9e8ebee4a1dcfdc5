package io.herald.submission;

/**
 * What is wrong with one field.
 *
 * @param pointer a JSON Pointer (RFC 6901) from the item
 * @param detail what was expected, one sentence
 */
public record FieldProblem(String pointer, String detail) {}
