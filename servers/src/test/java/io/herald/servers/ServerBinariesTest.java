package io.herald.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerBinariesTest {
    @TempDir Path folder;

    @Test
    void several_may_unpack_at_once_and_all_get_whole_binaries() throws Exception {
        Callable<Path> unpack = () -> ServerBinaries.in(folder).postgres();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = threads.invokeAll(Stream.generate(() -> unpack).limit(3).toList());
            for (var result : results) {
                var postgres = result.get().resolve("bin/postgres").toString();
                assertThat(Command.run(List.of(postgres, "--version")).output())
                        .startsWith("postgres (PostgreSQL) 17.");
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files).as("nothing half-made is left").hasSize(1);
        }
    }

    @Test
    void unpacks_once() throws IOException {
        var first = ServerBinaries.in(folder).redis();
        var time = Files.getLastModifiedTime(first);
        var second = ServerBinaries.in(folder).redis();
        assertThat(second).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(second)).isEqualTo(time);
    }

    @Test
    void a_cache_folder_that_cannot_be_made_is_named() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> ServerBinaries.in(file.resolve("cache")).redis())
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("could not be unpacked into " + file);
    }

    @Test
    void a_system_without_binaries_is_named() {
        assertThatThrownBy(() -> Platform.of("Windows 11", "amd64"))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("no server binaries for Windows 11 on amd64");
        assertThatThrownBy(() -> Platform.of("Linux", "riscv64"))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("Linux on riscv64");
    }

    @Test
    void this_system_has_its_binaries_on_the_class_path() {
        var loader = ServerBinaries.class.getClassLoader();
        var platform = Platform.current();
        assertThat(loader.getResource(platform.postgresResource())).isNotNull();
        assertThat(loader.getResource(platform.redisResource())).isNotNull();
    }
}
