package io.herald.adapter.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Migrates a database in a process of its own, which can be killed. */
final class MigratingProcess {
    private MigratingProcess() {}

    static Process start(PostgresSettings settings, List<String> later) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                MigratingProcess.class.getName(),
                                settings.url(),
                                settings.user(),
                                settings.password()));
        command.addAll(later);
        return new ProcessBuilder(command).inheritIO().start();
    }

    public static void main(String[] arguments) {
        var settings = PostgresSettings.of(arguments[0], arguments[1], arguments[2]);
        new Migrations(
                        settings,
                        TestDatabases.CLOCK,
                        List.of(arguments).subList(3, arguments.length))
                .run();
    }
}
