package io.herald.catalog;

import java.time.Duration;

/**
 * One Lambda function: what runs, with how much, and when.
 *
 * @param name lower case with hyphens; unique in the catalog
 * @param handler the class that AWS constructs, with a public constructor without arguments and one
 *     that takes the environment as {@code Map<String, String>}
 * @param memoryMegabytes 128 to 10,240
 * @param timeout at most 15 minutes; 29 s behind API Gateway
 * @param concurrency how many environments may run at the same time
 * @param trigger what makes it run
 */
public record FunctionDeclaration(
        String name,
        String handler,
        int memoryMegabytes,
        Duration timeout,
        int concurrency,
        Trigger trigger) {}
