package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SharedServersTest {
    @TempDir Path folder;

    @Test
    void end_with_their_jvm_and_leave_nothing_behind() throws Exception {
        var leftByKilledJvm = Files.createDirectory(folder.resolve("herald-servers-999999999-1"));
        var notOurs = Files.createDirectory(folder.resolve("herald-servers-of-someone"));
        var result =
                Command.run(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dherald.root=" + SharedServers.binaries().resolve("../.."),
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                SharedServersOfAnotherJvm.class.getName()));
        assertThat(result.succeeded()).as(result.output()).isTrue();
        var pids = result.output().lines().filter(line -> line.matches("\\d+ \\d+ \\d+")).toList();
        assertThat(pids).hasSize(1);
        assertThat(Stream.of(pids.getFirst().split(" ")).map(Long::valueOf))
                .noneMatch(
                        pid -> ProcessHandle.of(pid).filter(ServerProcess::isRunning).isPresent());
        assertThat(leftByKilledJvm).doesNotExist();
        try (var left = Files.list(folder).filter(path -> path.toString().contains("servers"))) {
            assertThat(left).containsExactly(notOurs);
        }
    }
}
