package io.herald.cli.suite;

import io.herald.cli.CommandException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * One run of Maven as a child process, under the JDK that runs this one. What it prints goes to a
 * log file; what it is at is told as it goes.
 */
public final class MavenRun {
    private static final Pattern MODULE =
            Pattern.compile("\\[INFO] Building Herald ([a-z-]+) .*\\[(\\d+/\\d+)]");
    private static final Pattern CLASS = Pattern.compile("\\[INFO] Running (?:\\w+\\.)*(\\w+)");
    private static final Pattern CLASS_DONE =
            Pattern.compile(
                    "\\[\\w+] +Tests run: (\\d+), Failures: (\\d+), Errors: (\\d+),"
                            + " Skipped: (\\d+), Time elapsed.*");

    /** What Maven says after an error that helps nobody here. */
    private static final Pattern ADVICE =
            Pattern.compile(
                    "\\[ERROR]\\s*|.*(\\[Help 1]|Re-run Maven|To see the full stack trace|"
                            + "For more information about the errors|After correcting the problems|"
                            + "mvn <args> -rf|There are test failures|See .*surefire-reports|"
                            + "See dump files).*");

    private final Path folder;
    private final Path log;
    private final List<String> arguments;
    private final List<String> errors = new ArrayList<>();
    private Optional<String> timeZone = Optional.empty();
    private String module = "";
    private String testClass = "";
    private int passed;
    private int failed;
    private int skipped;

    /**
     * @param folder where Maven runs
     * @param log takes all that Maven prints
     */
    public MavenRun(Path folder, Path log, List<String> arguments) {
        this.folder = folder;
        this.log = log;
        this.arguments = List.copyOf(arguments);
    }

    /** Has Maven run in another time zone than this process. */
    public void inTimeZone(String name) {
        timeZone = Optional.of(name);
    }

    /**
     * Runs Maven to its end.
     *
     * @param progress is told what Maven is at, whenever that changes
     * @return whether Maven succeeded
     * @throws CommandException when there is no Maven
     * @throws InterruptedException when this thread was interrupted; Maven was ended then
     */
    public boolean run(Consumer<String> progress) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("mvn", "-Dstyle.color=never"));
        command.addAll(arguments);
        var builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        timeZone.ifPresent(zone -> builder.environment().put("TZ", zone));
        Process maven;
        try {
            maven = builder.start();
        } catch (IOException e) {
            throw CommandException.lacking(
                    "Herald is built by Maven 3.8 or newer, and there is no mvn on the PATH.", e);
        }
        try {
            maven.getOutputStream().close();
            // Reading blocks without end and hears of no interrupt, so another thread reads.
            var reader = Thread.ofVirtual().start(() -> follow(maven, progress));
            reader.join();
            return maven.waitFor() == 0;
        } finally {
            maven.descendants().forEach(ProcessHandle::destroy);
            maven.destroy();
        }
    }

    private void follow(Process maven, Consumer<String> progress) {
        try (var output = new BufferedReader(maven.inputReader(StandardCharsets.UTF_8));
                var copy = writer()) {
            String line;
            while ((line = output.readLine()) != null) {
                copy.write(line);
                copy.newLine();
                copy.flush();
                if (hears(line)) {
                    progress.accept(state());
                }
            }
        } catch (IOException e) {
            errors.add("The output of Maven could not be read: " + e.getMessage());
        }
    }

    private BufferedWriter writer() throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        return Files.newBufferedWriter(log, StandardCharsets.UTF_8);
    }

    private boolean hears(String line) {
        var building = MODULE.matcher(line);
        if (building.matches()) {
            module = building.group(1) + " (" + building.group(2) + ")";
            testClass = "";
            return true;
        }
        var running = CLASS.matcher(line);
        if (running.matches()) {
            testClass = running.group(1);
            return true;
        }
        var done = CLASS_DONE.matcher(line);
        if (done.matches()) {
            var bad = Integer.parseInt(done.group(2)) + Integer.parseInt(done.group(3));
            var left = Integer.parseInt(done.group(4));
            passed += Integer.parseInt(done.group(1)) - bad - left;
            failed += bad;
            skipped += left;
            return true;
        }
        if (line.startsWith("[ERROR]") && !ADVICE.matcher(line).matches()) {
            errors.add(line.substring("[ERROR]".length()).strip());
        }
        return false;
    }

    private String state() {
        return (module.isEmpty() ? "Starting Maven" : module)
                + (testClass.isEmpty() ? "" : ": " + testClass)
                + "; %d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
    }

    /** What Maven complained about, in its own words. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Where all that Maven printed is. */
    public Path log() {
        return log;
    }
}
