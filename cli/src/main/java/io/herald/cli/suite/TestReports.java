package io.herald.cli.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What surefire's XML reports of a run say.
 *
 * @param passed how many tests passed
 */
public record TestReports(int passed, List<Failure> failures, List<Skip> skips) {

    /**
     * A test that failed.
     *
     * @param test class and method
     * @param trace the stack trace, with the message
     */
    public record Failure(String test, String trace) {

        /** The message, and those lines of the trace that are Herald's own. */
        public String summary() {
            var lines = new ArrayList<String>();
            var inMessage = true;
            for (var line : trace.strip().lines().toList()) {
                var isFrame = line.startsWith("\tat ");
                inMessage &= !isFrame;
                if ((inMessage && lines.size() < MESSAGE_LINES)
                        || (isFrame && line.contains("io.herald."))
                        || line.startsWith("Caused by:")) {
                    lines.add("    " + line.replace("\t", "  "));
                }
            }
            return String.join("\n", lines.subList(0, Math.min(lines.size(), SUMMARY_LINES)));
        }
    }

    /**
     * A test that was not run.
     *
     * @param reason may be empty
     */
    public record Skip(String test, String reason) {}

    private static final int MESSAGE_LINES = 20;
    private static final int SUMMARY_LINES = 40;

    public TestReports {
        failures = List.copyOf(failures);
        skips = List.copyOf(skips);
    }

    /** Removes the reports of former runs from all modules. */
    public static void clear(Path root) throws IOException {
        for (var report : files(root)) {
            Files.delete(report);
        }
    }

    /** Reads the reports of all modules. */
    public static TestReports read(Path root) throws IOException {
        var passed = 0;
        var failures = new ArrayList<Failure>();
        var skips = new ArrayList<Skip>();
        for (var report : files(root)) {
            var tests = parse(report).getElementsByTagName("testcase");
            for (var i = 0; i < tests.getLength(); i++) {
                var test = (Element) tests.item(i);
                var name = name(test);
                var failed = first(test, "failure", "error");
                var skipped = first(test, "skipped");
                if (failed != null) {
                    failures.add(new Failure(name, failed.getTextContent()));
                } else if (skipped != null) {
                    skips.add(new Skip(name, skipped.getAttribute("message")));
                } else {
                    passed++;
                }
            }
        }
        return new TestReports(passed, failures, skips);
    }

    private static String name(Element test) {
        var type = test.getAttribute("classname");
        var method = test.getAttribute("name");
        // What skips or breaks a whole class has no method.
        return type.substring(type.lastIndexOf('.') + 1) + (method.isEmpty() ? "" : "." + method);
    }

    private static @org.jspecify.annotations.Nullable Element first(Element test, String... names) {
        for (var name : names) {
            NodeList found = test.getElementsByTagName(name);
            if (found.getLength() > 0) {
                return (Element) found.item(0);
            }
        }
        return null;
    }

    private static Element parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(report + " can't be read: " + e.getMessage(), e);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        var reports = new ArrayList<Path>();
        try (var modules = Files.list(root)) {
            for (var module : modules.toList()) {
                var folder = module.resolve("target/surefire-reports");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.list(folder)) {
                        files.filter(TestReports::isReport).forEach(reports::add);
                    }
                }
            }
        }
        reports.sort(Comparator.naturalOrder());
        return reports;
    }

    private static boolean isReport(Path file) {
        var name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml");
    }
}
