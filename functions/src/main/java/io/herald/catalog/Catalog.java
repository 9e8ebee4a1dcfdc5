package io.herald.catalog;

import java.time.Duration;
import java.util.List;

/** Every function of Herald, each once. */
public final class Catalog {

    /**
     * Of Lambda's own 6 MB limit on a synchronous invocation, in bytes, request and response alike.
     */
    public static final int INVOCATION_LIMIT_BYTES = 6_291_456;

    private static final String DELIVERY = "io.herald.lambda.DeliveryHandler";

    public static final List<FunctionDeclaration> FUNCTIONS =
            List.of(
                    new FunctionDeclaration(
                            "api",
                            "io.herald.lambda.ApiHandler",
                            1_024,
                            Duration.ofSeconds(29),
                            8,
                            new Trigger.Routes(List.of(""))),
                    new FunctionDeclaration(
                            "callbacks",
                            "io.herald.lambda.CallbackHandler",
                            512,
                            Duration.ofSeconds(29),
                            4,
                            new Trigger.Routes(List.of("/v1/callbacks/"))),
                    delivery("urgent"),
                    delivery("email"),
                    delivery("webhook"),
                    delivery("inbox"),
                    new FunctionDeclaration(
                            "ticker",
                            "io.herald.lambda.TickerHandler",
                            512,
                            Duration.ofSeconds(90),
                            2,
                            new Trigger.Rate(Duration.ofMinutes(1))),
                    new FunctionDeclaration(
                            "maintenance",
                            "io.herald.lambda.MaintenanceHandler",
                            512,
                            Duration.ofMinutes(5),
                            1,
                            new Trigger.Rate(Duration.ofHours(6))),
                    new FunctionDeclaration(
                            "migration",
                            "io.herald.lambda.MigrationHandler",
                            512,
                            Duration.ofMinutes(15),
                            1,
                            new Trigger.Deployment()),
                    new FunctionDeclaration(
                            "administration",
                            "io.herald.lambda.AdministrationHandler",
                            512,
                            Duration.ofSeconds(30),
                            1,
                            new Trigger.Invocation()));

    private Catalog() {}

    private static FunctionDeclaration delivery(String lane) {
        return new FunctionDeclaration(
                "deliver-" + lane,
                DELIVERY,
                1_024,
                Duration.ofSeconds(60),
                4,
                new Trigger.Topic("herald." + lane, 100, Duration.ZERO));
    }
}
