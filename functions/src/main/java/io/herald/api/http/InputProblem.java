package io.herald.api.http;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the input of a call. Either its pointer or its parameter is there.
 *
 * @param pointer a JSON Pointer (RFC 6901) into the body; empty for the body itself
 * @param parameter the name of a parameter of the path or the query
 * @param detail what is expected, to be read after the field's name
 */
public record InputProblem(@Nullable String pointer, @Nullable String parameter, String detail) {}
