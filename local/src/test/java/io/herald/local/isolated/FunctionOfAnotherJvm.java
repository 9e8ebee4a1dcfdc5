package io.herald.local.isolated;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.local.lambda.FunctionEnvironments;
import io.herald.local.lambda.InvocationResult.Answered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The main class of a JVM that starts a function, says the pid of its process, and leaves it at
 * work until it is killed itself.
 */
final class FunctionOfAnotherJvm {

    private static final Duration LONG = Duration.ofMinutes(5);

    private FunctionOfAnotherJvm() {}

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var function =
                new FunctionEnvironments(
                        JvmEnvironmentsTest.declaration(Sample.class, LONG),
                        Map.of(),
                        1,
                        JvmEnvironments.of(
                                JvmEnvironmentsTest.testClasses(), folder, folder.resolve("logs")));
        if (function.invoke("pid".getBytes(UTF_8), LONG) instanceof Answered(var pid)) {
            System.out.println(new String(pid, UTF_8));
        }
        var _ = function.invoke("hang".getBytes(UTF_8), LONG);
    }
}
