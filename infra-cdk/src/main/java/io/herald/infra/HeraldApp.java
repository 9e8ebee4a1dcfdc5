package io.herald.infra;

import software.amazon.awscdk.App;

/** What {@code cdk} runs: synthesizes the stack into a cloud assembly. */
public final class HeraldApp {
    private HeraldApp() {}

    /** Takes its context, and where to write, from the environment that {@code cdk} sets. */
    public static void main(String[] arguments) {
        var app = new App();
        var _ = new HeraldStack(app, "Herald");
        app.synth();
    }
}
