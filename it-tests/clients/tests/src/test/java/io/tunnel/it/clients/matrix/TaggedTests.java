package io.tunnel.it.clients.matrix;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import io.tunnel.it.clients.matrix.TaggedTest.Client;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The tags of all tests, read from the sources of every module with the parser of the compiler, so
 * that no module has to be built before another, and none has to share its tests.
 */
final class TaggedTests {
  private static final String COVERS = "covers:";
  private static final String CLIENT = "client:";
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Set<String> TEST_ANNOTATIONS =
      Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "Property", "Example");
  private static final String DISPLAY_NAME =
      "(regular-tunnel|control-plane|upsert-and-stream) [0-9]+(\\.[0-9]+)*: .+";

  private final Path root;
  private final List<TaggedTest> tests = new ArrayList<>();
  private final List<String> mistakes = new ArrayList<>();

  private TaggedTests(Path root) {
    this.root = root;
  }

  /** Reads all test sources below a folder. */
  static TaggedTests below(Path root) throws IOException {
    TaggedTests all = new TaggedTests(root);
    all.parse(sources(root));
    return all;
  }

  /** The tests with tags, by module, class and place. */
  List<TaggedTest> tests() {
    return tests;
  }

  /** What is wrong with tags, each with its class and method. */
  List<String> mistakes() {
    return mistakes;
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            return name.equals("target") || name.startsWith(".")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.toString().endsWith(".java")
                && root.relativize(file).toString().contains(TESTS.toString())
                && mayMatter(file)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  private static boolean mayMatter(Path file) throws IOException {
    return file.getFileName().toString().startsWith("Official")
        || Files.readString(file).contains("@Tag");
  }

  private void parse(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree file : task.parse()) {
        Path path = root.relativize(Path.of(file.getSourceFile().toUri()));
        String module = path.toString().replace('\\', '/').replaceFirst("/src/test/java/.*", "");
        for (Tree type : file.getTypeDecls()) {
          if (type instanceof ClassTree declared) {
            read(module, declared, "", List.of());
          }
        }
      }
    }
  }

  private void read(String module, ClassTree type, String outer, List<Client> outerClients) {
    String name = outer + type.getSimpleName();
    List<String> tags = tags(type.getModifiers(), name);
    if (tags.stream().anyMatch(tag -> tag.startsWith(COVERS))) {
      mistakes.add(name + " is a class; only its tests can say what they cover");
    }
    List<Client> clients =
        Stream.concat(outerClients.stream(), clients(tags, name).stream()).toList();
    boolean disabled = annotation(type.getModifiers(), "Disabled").isPresent();
    for (Tree member : type.getMembers()) {
      if (member instanceof ClassTree inner) {
        read(module, inner, name + ".", clients);
      } else if (member instanceof MethodTree method) {
        read(module, name, method, clients, disabled);
      }
    }
  }

  private void read(
      String module, String type, MethodTree method, List<Client> ofClass, boolean disabled) {
    String place = type + "#" + method.getName();
    ModifiersTree modifiers = method.getModifiers();
    List<String> tags = tags(modifiers, place);
    List<String> covers =
        tags.stream()
            .filter(tag -> tag.startsWith(COVERS))
            .map(tag -> tag.substring(COVERS.length()))
            .toList();
    boolean test = TEST_ANNOTATIONS.stream().anyMatch(a -> annotation(modifiers, a).isPresent());
    if (!test) {
      if (!tags.isEmpty()) {
        mistakes.add(place + " has tags and is no test");
      }
      return;
    }
    List<Client> clients = new ArrayList<>(ofClass);
    clients.addAll(clients(tags, place));
    requireSection(place, modifiers, clients);
    if (covers.isEmpty()) {
      return;
    }
    if (disabled || annotation(modifiers, "Disabled").isPresent()) {
      mistakes.add(place + " covers nothing while it is disabled");
    }
    if (!type.replaceAll("\\..*", "").matches(".*(Test|IT)")) {
      mistakes.add(place + " is in a class that no build runs; its name must end with Test or IT");
    }
    if (Set.copyOf(covers).size() < covers.size()) {
      mistakes.add(place + " says twice that it covers the same");
    }
    tests.add(
        new TaggedTest(
            module,
            type,
            method.getName().toString(),
            covers,
            clients.stream().distinct().toList()));
  }

  /** Cases that run with a client of others bear the section that the client follows. */
  private void requireSection(String place, ModifiersTree modifiers, List<Client> clients) {
    boolean official =
        clients.contains(Client.OFFICIAL_SDK) || clients.contains(Client.OFFICIAL_JDBC);
    if (place.startsWith("Official") && !official) {
      mistakes.add(place + " does not say with which official client it runs");
    }
    String name =
        annotation(modifiers, "DisplayName")
            .flatMap(shown -> text(shown, "DisplayName of " + place))
            .orElse("");
    if (official && !name.matches(DISPLAY_NAME)) {
      mistakes.add(
          place
              + " runs with an official client; its @DisplayName must begin with the section, such"
              + " as \"regular-tunnel 2.4: \"");
    }
  }

  private List<Client> clients(List<String> tags, String place) {
    List<Client> clients = new ArrayList<>();
    for (String tag : tags) {
      if (tag.startsWith(CLIENT)) {
        Optional<Client> client =
            Arrays.stream(Client.values())
                .filter(c -> c.tag().equals(tag.substring(CLIENT.length())))
                .findFirst();
        client.ifPresentOrElse(
            clients::add, () -> mistakes.add(place + " names an unknown client: " + tag));
      }
    }
    return clients;
  }

  private List<String> tags(ModifiersTree modifiers, String place) {
    List<String> tags = new ArrayList<>();
    for (AnnotationTree annotation : modifiers.getAnnotations()) {
      if (simpleName(annotation).equals("Tag")) {
        text(annotation, "Tag of " + place).ifPresent(tags::add);
      }
    }
    for (String tag : tags) {
      if (!tag.startsWith(COVERS) && !tag.startsWith(CLIENT)) {
        mistakes.add(place + " has a tag that is neither covers: nor client: " + tag);
      }
    }
    return tags;
  }

  /** The only argument, which must be written out. */
  private Optional<String> text(AnnotationTree annotation, String what) {
    List<? extends ExpressionTree> arguments = annotation.getArguments();
    ExpressionTree value = arguments.size() == 1 ? arguments.get(0) : null;
    if (value instanceof AssignmentTree assignment) {
      value = assignment.getExpression();
    }
    if (value instanceof LiteralTree literal && literal.getValue() instanceof String text) {
      return Optional.of(text);
    }
    mistakes.add("The " + what + " is no text that is written out");
    return Optional.empty();
  }

  private static Optional<AnnotationTree> annotation(ModifiersTree modifiers, String name) {
    return modifiers.getAnnotations().stream()
        .<AnnotationTree>map(a -> a)
        .filter(a -> simpleName(a).equals(name))
        .findFirst();
  }

  private static String simpleName(AnnotationTree annotation) {
    String name = annotation.getAnnotationType().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The names of everything that is covered. */
  Set<String> covered() {
    return tests.stream().flatMap(test -> test.covers().stream()).collect(Collectors.toSet());
  }
}
