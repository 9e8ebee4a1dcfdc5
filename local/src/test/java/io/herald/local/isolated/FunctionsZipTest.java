package io.herald.local.isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionsZipTest {

    @TempDir Path folder;

    @Test
    void is_unpacked_with_its_folders() throws IOException {
        var code = zip("lib/a.jar", "first").unpackedIn(folder.resolve("code"));

        assertThat(code.resolve("lib/a.jar")).hasContent("first");
    }

    @Test
    void is_unpacked_once_for_each_content_and_what_was_there_before_goes() throws IOException {
        var target = folder.resolve("code");
        var first = zip("a", "first").unpackedIn(target);
        Files.writeString(first.resolve("mark"), "still there");

        assertThat(zip("a", "first").unpackedIn(target).resolve("mark")).exists();

        var second = zip("a", "second").unpackedIn(target);
        assertThat(second).isNotEqualTo(first);
        assertThat(second.resolve("a")).hasContent("second");
        assertThat(first).doesNotExist();
    }

    @Test
    void writes_nothing_outside_of_its_folder() throws IOException {
        var zip = zip("../../outside", "x");

        assertThatThrownBy(() -> zip.unpackedIn(folder.resolve("code")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    private FunctionsZip zip(String entry, String content) throws IOException {
        var path = folder.resolve("functions.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(path))) {
            var named = new ZipEntry(entry);
            // The same content is to give the same bytes.
            named.setTime(0);
            zip.putNextEntry(named);
            zip.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return new FunctionsZip(path);
    }
}
