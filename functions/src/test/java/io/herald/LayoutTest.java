package io.herald;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The layout that docs and ADRs speak of, held by the build. */
class LayoutTest {

    /** Everything that is neither technology, entry point nor composition. */
    private static final DescribedPredicate<JavaClass> FEATURE =
            not(resideInAnyPackage(
                            "io.herald.adapter..", "io.herald.lambda..", "io.herald.wiring.."))
                    .as("features");

    private static final Pattern EMPTY_NAME =
            Pattern.compile(".*(Impl|Utils?|Manager|Helper|Service)");

    /** A caught exception is called e throughout. */
    private static final Pattern LOGGED_EXCEPTION =
            Pattern.compile("LOG\\.\\w+\\((\"[^\"]*\"|[^\";])*,\\s*e\\s*\\);");

    private static final Set<String> CLOCKS =
            Set.of(
                    "now",
                    "currentTimeMillis",
                    "nanoTime",
                    "systemUTC",
                    "systemDefaultZone",
                    "system");

    private static JavaClasses functions;

    @BeforeAll
    static void read_the_compiled_functions() {
        functions = new ClassFileImporter().importPath(root().resolve("functions/target/classes"));
    }

    private static Path root() {
        return Path.of(System.getProperty("herald.root"));
    }

    @Test
    void features_know_no_technology() {
        // A list of what they may use, so that no new technology slips in unnamed.
        var allowed =
                resideInAnyPackage(
                                "java..",
                                "io.herald..",
                                "org.jspecify..",
                                "org.slf4j..",
                                "com.fasterxml.jackson..")
                        .and(
                                not(
                                        resideInAnyPackage(
                                                "java.sql..",
                                                "java.net.http..",
                                                "java.util.logging..")))
                        .and(
                                not(
                                        resideInAnyPackage(
                                                "io.herald.adapter..",
                                                "io.herald.lambda..",
                                                "io.herald.wiring..")))
                        .as("the JDK without SQL and HTTP, other features, JSON and SLF4J");
        classes().that(FEATURE).should().onlyDependOnClassesThat(allowed).check(functions);
    }

    @Test
    void the_words_of_the_domain_need_only_the_jdk() {
        classes()
                .that()
                .resideInAPackage("io.herald.notification..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "io.herald.notification..")
                .check(functions);
    }

    @Test
    void the_catalog_needs_only_the_jdk_so_that_reading_it_loads_no_handler() {
        classes()
                .that()
                .resideInAPackage("io.herald.catalog..")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.herald.catalog..")
                .check(functions);
    }

    @Test
    void adapters_do_not_know_each_other() {
        slices().matching("io.herald.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(functions);
    }

    @Test
    void adapters_know_neither_entry_points_nor_the_composition_root() {
        noClasses()
                .that()
                .resideInAPackage("io.herald.adapter..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.herald.lambda..", "io.herald.wiring..")
                .check(functions);
    }

    @Test
    void handlers_hold_no_adapters() {
        noClasses()
                .that()
                .resideInAPackage("io.herald.lambda..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.herald.adapter..")
                .check(functions);
    }

    @Test
    void there_are_no_cycles() {
        slices().matching("io.herald.(*)..").should().beFreeOfCycles().check(functions);
    }

    @Test
    void only_the_composition_root_reads_the_clock() {
        classes()
                .that(not(resideInAPackage("io.herald.wiring..")))
                .should(notAccess("the system's clock", LayoutTest::readsTheClock))
                .check(functions);
    }

    @Test
    void only_the_composition_root_and_the_constructor_that_aws_calls_read_the_environment() {
        classes()
                .that(not(resideInAPackage("io.herald.wiring..")))
                .should(
                        notAccess(
                                "the environment",
                                access -> readsTheEnvironment(access) && !isMadeByAws(access)))
                .check(functions);
    }

    private static boolean readsTheClock(JavaAccess<?> access) {
        var target = access.getTarget();
        var owner = target.getOwner();
        var isClock =
                owner.getPackageName().equals("java.time") || owner.isEquivalentTo(System.class);
        return isClock
                && CLOCKS.contains(target.getName())
                // Instant.now(clock) reads the clock that it is given.
                && !target.getFullName().contains("java.time.Clock)");
    }

    private static boolean readsTheEnvironment(JavaAccess<?> access) {
        return access.getTargetOwner().isEquivalentTo(System.class)
                && Set.of("getenv", "getProperty").contains(access.getName());
    }

    private static boolean isMadeByAws(JavaAccess<?> access) {
        return access.getOriginOwner().getPackageName().equals("io.herald.lambda")
                && access.getOrigin() instanceof JavaConstructor constructor
                && constructor.getRawParameterTypes().isEmpty();
    }

    private static ArchCondition<JavaClass> notAccess(
            String what, Predicate<JavaAccess<?>> forbidden) {
        return new ArchCondition<>("not read " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getAccessesFromSelf().stream()
                        .filter(forbidden)
                        .map(access -> SimpleConditionEvent.violated(type, access.getDescription()))
                        .forEach(events::add);
            }
        };
    }

    @Test
    void no_class_has_a_name_that_says_nothing() throws IOException {
        assertThat(sources())
                .extracting(source -> source.getFileName().toString().replace(".java", ""))
                .noneMatch(name -> EMPTY_NAME.matcher(name).matches());
        assertThat(functions)
                .extracting(JavaClass::getSimpleName)
                .noneMatch(name -> EMPTY_NAME.matcher(name).matches());
    }

    @Test
    void no_exception_is_logged_with_its_message() throws IOException {
        // Given to a logger, an exception tells its message, which may quote a row, and so a
        // person.
        for (var source : sourcesOf("functions")) {
            assertThat(source)
                    .content()
                    .as("%s; log Faults.trace(e)", source)
                    .doesNotContainPattern(LOGGED_EXCEPTION);
        }
    }

    @Test
    void every_package_says_what_it_is_for_and_that_null_is_marked() throws IOException {
        var packages = sources().stream().map(Path::getParent).distinct().toList();
        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(folder ->
                        assertThat(folder.resolve("package-info.java"))
                                .content()
                                .startsWith("/**")
                                .contains("@NullMarked"));
    }

    /** Of every module. */
    private static List<Path> sources() throws IOException {
        try (var files = Files.find(root(), 30, (file, _) -> isSource(root().relativize(file)))) {
            return files.toList();
        }
    }

    private static List<Path> sourcesOf(String module) throws IOException {
        return sources().stream()
                .filter(source -> source.startsWith(root().resolve(module)))
                .toList();
    }

    private static boolean isSource(Path file) {
        return file.getNameCount() > 4
                && file.subpath(1, 4).equals(Path.of("src/main/java"))
                && file.toString().endsWith(".java");
    }
}
