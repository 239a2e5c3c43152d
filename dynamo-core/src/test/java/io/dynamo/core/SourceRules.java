package io.dynamo.core;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Judges one Java source by the rules that bytecode cannot show. Each message names the replacement. */
final class SourceRules {
    static final int FILE_LINES_MAX = 500;
    static final int METHOD_LINES_MAX = 60;
    static final int PARAMETERS_MAX = 7;

    private static final Pattern BANNED_PACKAGE = Pattern.compile("(^|\\.)(impl|util|utils|handler|handlers)(\\.|$)");
    private static final Pattern SLEEPER = Pattern.compile(
            "Thread|java\\.lang\\.Thread|(java\\.util\\.concurrent\\.)?(TimeUnit\\.)?[A-Z]*(SECONDS|MINUTES|HOURS|DAYS)");
    private static final Pattern PARKER = Pattern.compile("(java\\.util\\.concurrent\\.locks\\.)?LockSupport");
    private static final Set<String> TEST_ANNOTATIONS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate", "ArchTest");

    private SourceRules() {}

    /**
     * Returns what is wrong with a source.
     *
     * @param path from the root of the repository, with forward slashes
     */
    static List<String> violations(String path, String source) {
        return violations(path, source, path.endsWith("IT.java"));
    }

    /**
     * Returns what is wrong with a source.
     *
     * @param mayWait whether it serves integration tests alone, which wait for a real world
     */
    static List<String> violations(String path, String source, boolean mayWait) {
        List<String> found = new ArrayList<>(TextRules.violations(path, source));
        long lines = source.lines().count();
        if (lines > FILE_LINES_MAX) {
            found.add("%s: %d lines, at most %d: split the class by what it is responsible for"
                    .formatted(path, lines, FILE_LINES_MAX));
        }
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problem -> {}, List.of("-proc:none"), null, List.of(new Source(path, source)));
        try {
            for (CompilationUnitTree unit : task.parse()) {
                new Scan(path, mayWait, unit, Trees.instance(task).getSourcePositions(), found).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Scan extends TreeScanner<Void, Void> {
        private final String path;
        private final String fileName;
        private final boolean mayWait;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> found;
        private boolean testReported;

        Scan(String path, boolean mayWait, CompilationUnitTree unit, SourcePositions positions, List<String> found) {
            this.path = path;
            this.mayWait = mayWait;
            this.fileName = path.substring(path.lastIndexOf('/') + 1);
            this.unit = unit;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public Void visitCompilationUnit(CompilationUnitTree node, Void unused) {
            String name = String.valueOf(node.getPackageName());
            if (BANNED_PACKAGE.matcher(name).find()) {
                report(node.getPackage(), "package " + name + ": name it after what it does");
            }
            return super.visitCompilationUnit(node, unused);
        }

        @Override
        public Void visitImport(ImportTree node, Void unused) {
            if (node.getQualifiedIdentifier().toString().endsWith(".*")) {
                report(node, "star import: name each class, so that a new one elsewhere can't clash");
            }
            if (node.isStatic() && node.getQualifiedIdentifier() instanceof MemberSelectTree select) {
                reportSleep(node, select);
            }
            return super.visitImport(node, unused);
        }

        @Override
        public Void visitClass(ClassTree node, Void unused) {
            for (Tree member : node.getMembers()) {
                if (member instanceof VariableTree field && isMutableStatic(node, field)) {
                    report(
                            field,
                            "static field " + field.getName() + " is not final: keep state in an object of the"
                                    + " node, several nodes live in one JVM");
                }
            }
            return super.visitClass(node, unused);
        }

        /** A field of an interface is final without saying so. */
        private boolean isMutableStatic(ClassTree owner, VariableTree field) {
            Set<Modifier> modifiers = field.getModifiers().getFlags();
            return isMain()
                    && owner.getKind() != Tree.Kind.INTERFACE
                    && modifiers.contains(Modifier.STATIC)
                    && !modifiers.contains(Modifier.FINAL);
        }

        @Override
        public Void visitMethod(MethodTree node, Void unused) {
            long lines = line(positions.getEndPosition(unit, node)) - line(positions.getStartPosition(unit, node)) + 1;
            if (lines > METHOD_LINES_MAX) {
                report(
                        node,
                        "method %s has %d lines, at most %d: take a step out and name it"
                                .formatted(node.getName(), lines, METHOD_LINES_MAX));
            }
            if (node.getParameters().size() > PARAMETERS_MAX) {
                report(
                        node,
                        "method %s has %d parameters, at most %d: group those that travel together in a record"
                                .formatted(node.getName(), node.getParameters().size(), PARAMETERS_MAX));
            }
            if (node.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
                reportLock(node);
            }
            return super.visitMethod(node, unused);
        }

        @Override
        public Void visitSynchronized(SynchronizedTree node, Void unused) {
            reportLock(node);
            return super.visitSynchronized(node, unused);
        }

        private void reportLock(Tree node) {
            boolean systemRuntime = path.contains("/io/dynamo/core/runtime/System");
            if (path.startsWith("dynamo-core/src/main/") && !systemRuntime) {
                report(node, "synchronized: state belongs to a lane, post a task to it instead of locking");
            }
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree node, Void unused) {
            if (node.getMethodSelect() instanceof MemberSelectTree select) {
                reportSleep(node, select);
            }
            return super.visitMethodInvocation(node, unused);
        }

        private void reportSleep(Tree node, MemberSelectTree select) {
            String owner = select.getExpression().toString();
            boolean isSleep = select.getIdentifier().contentEquals("sleep")
                    && SLEEPER.matcher(owner).matches();
            boolean isPark = select.getIdentifier().toString().matches("parkNanos|parkUntil")
                    && PARKER.matcher(owner).matches();
            if ((isSleep || isPark) && !isMain() && !mayWait) {
                report(node, "sleep in a test: use the virtual runtime's time, or Awaitility in an IT");
            }
        }

        @Override
        public Void visitAnnotation(AnnotationTree node, Void unused) {
            String name = node.getAnnotationType().toString();
            String simple = name.substring(name.lastIndexOf('.') + 1);
            if (simple.equals("Disabled") && !hasReason(node)) {
                report(node, "@Disabled without a reason: say in its value why, and what switches it on again");
            }
            if (TEST_ANNOTATIONS.contains(simple) && !isMain() && !runs() && !testReported) {
                testReported = true;
                report(node, "a test in a class that never runs: end the name in Test, IT or Contract");
            }
            return super.visitAnnotation(node, unused);
        }

        private static boolean hasReason(AnnotationTree node) {
            for (ExpressionTree argument : node.getArguments()) {
                ExpressionTree value = argument instanceof AssignmentTree set ? set.getExpression() : argument;
                if (!(value instanceof LiteralTree text)
                        || !String.valueOf(text.getValue()).isBlank()) {
                    return true;
                }
            }
            return false;
        }

        private boolean runs() {
            return fileName.endsWith("Test.java") || fileName.endsWith("IT.java") || fileName.endsWith("Contract.java");
        }

        private boolean isMain() {
            return path.contains("src/main/");
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        private void report(Tree node, String message) {
            found.add(path + ":" + line(positions.getStartPosition(unit, node)) + ": " + message);
        }
    }
}
