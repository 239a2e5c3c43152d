package io.dynamo.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The map of the packages. What bytecode cannot show is in {@link SourceRulesTest}. */
@AnalyzeClasses(packages = "io.dynamo", importOptions = ArchitectureTest.MainCode.class)
class ArchitectureTest {
    private static final String GENERATED = "io.dynamo.core.wire.proto..";
    private static final String[] SHARED = {"io.dynamo.api..", "io.dynamo.spi..", "org.jspecify.annotations.."};

    private static final Pattern EXPORTED = Pattern.compile("io\\.dynamo\\.(api|spi)(\\..*)?");
    private static final Set<String> JAVA_BASE = Object.class.getModule().getPackages();

    @ArchTest
    static final ArchRule packages_haveNoCycles = slices().assignedFrom(new ByPackage())
            .should()
            .beFreeOfCycles()
            .because("a cycle makes two packages one: move the shared part into the lower of the two, or behind an"
                    + " interface there");

    @ArchTest
    static final ArchRule causality_seesOnlyApiAndJavaBase = leaf("io.dynamo.core.causality..");

    @ArchTest
    static final ArchRule ring_seesOnlyApiAndJavaBase = leaf("io.dynamo.core.ring..");

    @ArchTest
    static final ArchRule tree_seesOnlyCausality = leaf("io.dynamo.core.tree..", "io.dynamo.core.causality..");

    @ArchTest
    static final ArchRule api_seesOnlyItselfAndJavaBase = leaf("io.dynamo.api..", "io.dynamo.spi..");

    @ArchTest
    static final ArchRule protobuf_isSeenByWireOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.dynamo.core.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", GENERATED)
            .because("the codec must stay replaceable: take the message records of io.dynamo.core.wire instead");

    @ArchTest
    static final ArchRule core_isFreeOfPlugins = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "org.rocksdb..", "io.dynamo.storage..", "io.dynamo.transport..")
            .because("plug-ins are found by ServiceLoader: take the SPI of io.dynamo.spi instead");

    @ArchTest
    static final ArchRule staticFields_areFinal = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat(are(handWritten()))
            .should()
            .beFinal()
            .allowEmptyShould(true)
            .because("several nodes live in one JVM: keep state in an object of the node, not in a static");

    @ArchTest
    static final ArchRule staticFields_holdNoState = noFields()
            .that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat(are(handWritten()))
            .should()
            .haveRawType(describe(
                    "a holder of state",
                    type -> type.getPackageName().equals("java.util.concurrent.atomic")
                            || type.getName().startsWith("java.util.concurrent.Concurrent")
                            || type.getName().equals("java.util.concurrent.CompletableFuture")
                            || type.isAssignableTo(ThreadLocal.class)))
            .allowEmptyShould(true)
            .because("several nodes live in one JVM: keep state in an object of the node, not in a static");

    @ArchTest
    static final ArchRule messages_areRecords = classes()
            .that(are(message()))
            .and()
            .areNotInterfaces()
            .should()
            .beRecords()
            .allowEmptyShould(true)
            .because("a message is an immutable record, validated in its compact constructor");

    @ArchTest
    static final ArchRule exportedSignatures_useExportedTypes = codeUnits()
            .that()
            .areDeclaredInClassesThat(are(exported()))
            .and(are(visible()))
            .should(new UseExportedTypes())
            .because("a caller must be able to name what it gets: make the type public in api or spi, or the method"
                    + " package-private");

    private static ArchRule leaf(String... packages) {
        return classes()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages)
                        .or(resideInAnyPackage(SHARED))
                        .or(javaBase()))
                .allowEmptyShould(true)
                .because("a leaf is a pure function of its arguments: pass in what it needs as a value");
    }

    private static DescribedPredicate<JavaClass> javaBase() {
        return describe("in java.base", type -> {
            JavaClass base = type.getBaseComponentType();
            return base.isPrimitive() || JAVA_BASE.contains(base.getPackageName());
        });
    }

    private static DescribedPredicate<JavaClass> handWritten() {
        return DescribedPredicate.not(resideInAPackage(GENERATED))
                .and(describe("hand-written", type -> !isSwitchMap(type)));
    }

    /** The compiler's own table for a switch over an enum. */
    private static boolean isSwitchMap(JavaClass type) {
        return type.isAnonymousClass();
    }

    private static DescribedPredicate<JavaClass> message() {
        return describe(
                "messages",
                type -> type.getPackageName().equals("io.dynamo.core.wire")
                        && type.getAllRawInterfaces().stream()
                                .anyMatch(face -> face.getName().equals("io.dynamo.core.wire.Message")));
    }

    private static DescribedPredicate<JavaClass> exported() {
        return describe("exported", type -> isExported(type));
    }

    /** What a caller or an heir of an exported type can name. */
    private static DescribedPredicate<JavaCodeUnit> visible() {
        return describe(
                "visible",
                unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED));
    }

    private static boolean isExported(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        boolean isPublic = base.getModifiers().contains(JavaModifier.PUBLIC)
                && base.getEnclosingClass().map(ArchitectureTest::isExported).orElse(true);
        return isPublic && EXPORTED.matcher(base.getPackageName()).matches();
    }

    private static final class UseExportedTypes extends ArchCondition<JavaCodeUnit> {
        UseExportedTypes() {
            super("use exported types only");
        }

        @Override
        public void check(JavaCodeUnit unit, ConditionEvents events) {
            Stream<JavaType> shown = Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
            shown.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                    .distinct()
                    .filter(type -> !isExported(type) && !javaBase().test(type))
                    .forEach(type -> events.add(SimpleConditionEvent.violated(
                            unit, unit.getFullName() + " shows " + type.getName() + ", which is not exported")));
        }
    }

    /** Leaves out the tests, also those in the test-jar of the api. */
    static final class MainCode implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !location.contains("-tests.jar");
        }
    }

    private static final class ByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("io.dynamo.")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
