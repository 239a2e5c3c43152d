package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the sources of all modules. It lives in core because every build of the repository runs core's tests. */
class SourceRulesTest {
    private static final String MAIN = "dynamo-core/src/main/java/io/dynamo/core/Sample.java";
    private static final String SYSTEM = "dynamo-core/src/main/java/io/dynamo/core/runtime/SystemSample.java";
    private static final String TEST = "dynamo-core/src/test/java/io/dynamo/core/SampleTest.java";
    private static final String NEVER = "dynamo-core/src/test/java/io/dynamo/core/Sample.java";
    private static final String IT = "dynamo-core/src/test/java/io/dynamo/core/SampleIT.java";

    @Test
    void repository_everyFile_keepsTheRules() {
        Repository repository = Repository.find();
        List<String> found = new ArrayList<>();
        Map<String, String> sources = new TreeMap<>();
        for (Path file : repository.files()) {
            String name = repository.name(file);
            if (name.endsWith(".java")) {
                sources.put(name, Repository.read(file));
            } else if (!name.equals("LICENSE")) {
                found.addAll(TextRules.violations(name, Repository.read(file)));
            }
        }
        Set<String> mayWait = TestHelpers.servingOnlyITs(sources);
        sources.forEach((name, source) -> found.addAll(SourceRules.violations(name, source, mayWait.contains(name))));
        assertThat(sources).as("sources read").hasSizeGreaterThan(10);
        assertThat(found).isEmpty();
    }

    @Test
    void helper_namedByIntegrationTestsAlone_mayWait_andAnyOtherMayNot() {
        String tests = "m/src/test/java/p/";
        Map<String, String> sources = new TreeMap<>();
        sources.put(tests + "OneIT.java", "class OneIT { Load load; }");
        sources.put(tests + "OneTest.java", "class OneTest { Shared shared; }");
        sources.put(tests + "TwoIT.java", "class TwoIT { Load load; Shared shared; }");
        sources.put(tests + "Load.java", "class Load { Deeper deeper; }");
        sources.put(tests + "Deeper.java", "class Deeper {}");
        sources.put(tests + "Shared.java", "class Shared {}");
        sources.put(tests + "Unused.java", "class Unused { Ring ring; }");
        sources.put(tests + "Ring.java", "class Ring { Unused unused; }");
        sources.put("n/src/test/java/p/OtherTest.java", "class OtherTest { Load load; }");
        sources.put("m/src/main/java/p/Main.java", "class Main {}");

        assertThat(TestHelpers.servingOnlyITs(sources))
                .containsExactlyInAnyOrder(
                        tests + "OneIT.java", tests + "TwoIT.java", tests + "Load.java", tests + "Deeper.java");
        String waits = "class Load { void m() { LockSupport.parkNanos(1); } }";
        assertThat(SourceRules.violations(tests + "Load.java", waits, true)).isEmpty();
        assertThat(SourceRules.violations(tests + "Load.java", waits, false)).hasSize(1);
    }

    @Test
    void staticImportOfASleep_isFound() {
        assertThat(SourceRules.violations(
                        TEST,
                        "package p;\nimport static java.util.concurrent.locks.LockSupport.parkNanos;\nclass S {}\n"))
                .singleElement()
                .asString()
                .contains("sleep in a test");
    }

    @Test
    void repository_everyPackage_isNullMarked() {
        Repository repository = Repository.find();
        Set<Path> packages = new TreeSet<>();
        for (Path file : repository.files()) {
            if (repository.name(file).contains("src/main/java/")
                    && file.toString().endsWith(".java")) {
                packages.add(file.getParent());
            }
        }
        assertThat(packages).isNotEmpty();
        assertThat(packages.stream()
                        .filter(directory -> !isNullMarked(directory))
                        .map(repository::name))
                .as("packages without a package-info.java that has @NullMarked and says the purpose")
                .isEmpty();
    }

    private static boolean isNullMarked(Path directory) {
        Path info = directory.resolve("package-info.java");
        return Files.exists(info) && Repository.read(info).contains("@NullMarked");
    }

    @Test
    void repository_everyModule_isFound() {
        assertThat(Repository.find().modules()).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void lengthRules_atTheLimit_pass_andOneMore_fail() {
        String head = "package p;\nclass Sample {\n";
        assertThat(SourceRules.violations(MAIN, head + "\n".repeat(497) + "}\n"))
                .isEmpty();
        assertThat(SourceRules.violations(MAIN, head + "\n".repeat(498) + "}\n"))
                .singleElement()
                .asString()
                .contains("501 lines, at most 500: split");
        assertThat(SourceRules.violations(MAIN, head + "void m() {\n" + "\n".repeat(58) + "}}\n"))
                .isEmpty();
        assertThat(SourceRules.violations(MAIN, head + "void m() {\n" + "\n".repeat(59) + "}}\n"))
                .singleElement()
                .asString()
                .contains(MAIN + ":3: method m has 61 lines, at most 60: take a step out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                MAIN + " | void m(int a, int b, int c, int d, int e, int f, int g) {} |",
                MAIN + " | void m(int a, int b, int c, int d, int e, int f, int g, int h) {} | group those that travel",
                MAIN + " | synchronized void m() {} | post a task to it instead of locking",
                MAIN + " | void m() { synchronized (this) {} } | post a task to it instead of locking",
                MAIN + " | String s = \"synchronized\"; |",
                SYSTEM + " | synchronized void m() {} |",
                MAIN + " | static int count; | static field count is not final",
                MAIN + " | static final int COUNT = 1; |",
                MAIN + " | interface Inner { int COUNT = 1; } |",
                TEST + " | void m() throws Exception { Thread.sleep(1); } | sleep in a test",
                TEST + " | void m() throws Exception { TimeUnit.SECONDS.sleep(1); } | sleep in a test",
                TEST + " | void m() { LockSupport.parkNanos(1); } | sleep in a test",
                TEST + " | void m() { java.util.concurrent.locks.LockSupport.parkUntil(this, 1); } | sleep in a test",
                NEVER + " | void m() { LockSupport.parkNanos(1); } | sleep in a test",
                MAIN + " | void m() { LockSupport.parkNanos(1); } |",
                IT + " | void m() throws Exception { Thread.sleep(1); } |",
                IT + " | void m() { LockSupport.parkNanos(1); } |",
                TEST + " | @Disabled void m() {} | @Disabled without a reason",
                TEST + " | @Disabled(\" \") void m() {} | @Disabled without a reason",
                TEST + " | @Disabled(\"waits for the join\") void m() {} |",
                TEST + " | @Test void m() {} |",
                NEVER + " | @Test void m() {} | a test in a class that never runs",
                MAIN + " | // TO" + "DO later | a note for later",
                MAIN + " | // FIX" + "ME later | a note for later",
                MAIN + " | String s = \"/wo" + "rk/x\"; | a path of one machine",
                MAIN + " | String s = \"net/wo" + "rk/x\"; |",
            })
    void rule_onAHandMadeSource_saysWhatToDo(String path, String body, String expected) {
        List<String> found = SourceRules.violations(path, "package p;\nclass Sample {\n" + body + "\n}\n");

        if (expected == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found)
                    .singleElement()
                    .asString()
                    .startsWith(path + ":3: ")
                    .contains(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"io.dynamo.core.impl", "io.dynamo.util.text", "handler"})
    void bannedPackage_isFound(String name) {
        assertThat(SourceRules.violations(MAIN, "package " + name + ";\nclass Sample {}\n"))
                .singleElement()
                .asString()
                .contains("name it after what it does");
    }

    @Test
    void starImport_isFound() {
        assertThat(SourceRules.violations(MAIN, "package p;\nimport java.util.*;\nclass Sample {}\n"))
                .singleElement()
                .asString()
                .contains("star import");
    }
}
