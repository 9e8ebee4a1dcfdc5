package io.herald;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/guarantees.md} names as its proof is there. */
class GuaranteesTest {
    private static final Path ROOT = Path.of(System.getProperty("herald.root"));
    private static final Path GUARANTEES = ROOT.resolve("docs/guarantees.md");
    private static final Pattern CLASS = Pattern.compile("`(\\w+(?:Test|Contract))`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @Test
    void every_test_it_names_exists() throws IOException {
        var named = found(CLASS);

        assertThat(named).hasSizeGreaterThan(20).isSubsetOf(testClasses());
    }

    @Test
    void every_file_it_leads_to_exists() throws IOException {
        assertThat(found(LINK))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(GUARANTEES.resolveSibling(link)).exists());
    }

    private static Set<String> found(Pattern pattern) throws IOException {
        var found = new TreeSet<String>();
        var matcher = pattern.matcher(Files.readString(GUARANTEES));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Set<String> testClasses() throws IOException {
        var classes = new HashSet<String>();
        try (var modules = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
            for (var module : modules) {
                var tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    Files.walkFileTree(tests, new Names(classes));
                }
            }
        }
        return classes;
    }

    private static final class Names extends SimpleFileVisitor<Path> {
        private final Set<String> names;

        Names(Set<String> names) {
            this.names = names;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            var name = file.getFileName().toString();
            if (name.endsWith(".java")) {
                names.add(name.substring(0, name.length() - ".java".length()));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
