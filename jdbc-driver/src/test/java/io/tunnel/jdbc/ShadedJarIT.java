package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** The jar as users get it, in JVMs of its own without any flag. */
class ShadedJarIT {
  private static final Path JAR = Path.of(System.getProperty("tunnel.jdbc.jar"));
  private static final Path OTHER_VERSIONS =
      Path.of(System.getProperty("tunnel.jdbc.otherVersions"));
  private static final Path OLDER_LOGGING = Path.of(System.getProperty("tunnel.jdbc.olderLogging"));
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** This JVM's Java, and a Java 25 if one is installed beside it or named in JAVA_25_HOME. */
  static Stream<Arguments> javaHomes() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> homes = new ArrayList<>(List.of(own));
    String named = System.getenv("JAVA_25_HOME");
    if (named != null) {
      homes.add(Path.of(named));
    } else {
      try (Stream<Path> siblings = Files.list(own.getParent())) {
        siblings
            .filter(home -> home.getFileName().toString().matches(".*\\b(jdk-)?25\\b.*"))
            .filter(home -> Files.isExecutable(home.resolve("bin/java")))
            .limit(1)
            .forEach(homes::add);
      }
    }
    return homes.stream()
        .flatMap(
            home ->
                Stream.of("none", "deflate", "x-odps-lz4-frame")
                    .map(compression -> Arguments.of(home, compression)));
  }

  @ParameterizedTest
  @MethodSource("javaHomes")
  void insertsAndReadsBesideOtherVersionsOfItsLibraries(Path javaHome, String compression)
      throws Exception {
    List<String> classPath = new ArrayList<>(libraries(OTHER_VERSIONS));
    assertThat(classPath)
        .anyMatch(library -> library.contains("netty-common"))
        .anyMatch(library -> library.contains("jackson-databind"))
        .anyMatch(library -> library.contains("arrow-vector"))
        .anyMatch(library -> library.contains("protobuf-java"));
    classPath.add(JAR.toString());
    classPath.add(locationOf(ShadedJarProgram.class));
    run(javaHome, List.of(), classPath, ShadedJarProgram.class, "&compression=" + compression);
  }

  @Test
  void writesAndReadsManyTimesItsHeap() throws Exception {
    List<String> classPath = List.of(JAR.toString(), locationOf(SmallHeapProgram.class));
    Path own = Path.of(System.getProperty("java.home"));
    String printed = run(own, List.of("-Xmx64m"), classPath, SmallHeapProgram.class, "");
    // Heap, classes and code of the JVM, and what is off the heap; the rows are 300 MB.
    assertThat(Long.parseLong(printed.lines().findFirst().orElseThrow())).isLessThan(300);
  }

  private static List<String> libraries(Path folder) throws IOException {
    try (Stream<Path> libraries = Files.list(folder)) {
      return libraries.map(Path::toString).sorted().toList();
    }
  }

  /**
   * SLF4J 1.7 finds its binding in another way than SLF4J 2, and many applications still have it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void logsThroughAnSlf4jOfTheOlderKindWhereverItStands(boolean first) throws Exception {
    Path own = Path.of(System.getProperty("java.home"));
    List<String> driver = List.of(JAR.toString(), locationOf(ShadedJarProgram.class));
    List<String> logging = libraries(OLDER_LOGGING);
    assertThat(logging).hasSize(2).allMatch(library -> library.contains("-1.7."));
    List<String> classPath = new ArrayList<>(first ? logging : driver);
    classPath.addAll(first ? driver : logging);
    String level = "-Dorg.slf4j.simpleLogger.defaultLogLevel=";
    assertThat(run(own, List.of(level + "info"), classPath, ShadedJarProgram.class, ""))
        .isEqualTo("DONE" + System.lineSeparator());
    assertThat(run(own, List.of(level + "debug"), classPath, ShadedJarProgram.class, ""))
        .contains("DEBUG io.tunnel.jdbc.")
        .doesNotContain(LocalServer.ACCESS_KEY);
  }

  @Test
  void logsThroughTheSlf4jOfTheApplicationAndSaysNothingInNormalWork() throws Exception {
    Path own = Path.of(System.getProperty("java.home"));
    String simpleLogger = "-Dorg.slf4j.simpleLogger.defaultLogLevel=";
    List<String> silent = List.of(JAR.toString(), locationOf(ShadedJarProgram.class));
    List<String> logging = new ArrayList<>(silent);
    logging.add(locationOf(LoggerFactory.class));
    logging.add(locationOf(SimpleLogger.class));
    String done = "DONE" + System.lineSeparator();
    assertThat(run(own, List.of(), silent, ShadedJarProgram.class, "")).isEqualTo(done);
    assertThat(run(own, List.of(simpleLogger + "info"), logging, ShadedJarProgram.class, ""))
        .isEqualTo(done);
    assertThat(run(own, List.of(simpleLogger + "debug"), logging, ShadedJarProgram.class, ""))
        .contains("DEBUG io.tunnel.jdbc.")
        .doesNotContain(LocalServer.ACCESS_KEY);
  }

  private static String run(
      Path javaHome, List<String> flags, List<String> classPath, Class<?> program, String options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(flags);
    command.addAll(
        List.of(
            "-cp",
            String.join(File.pathSeparator, classPath),
            program.getName(),
            LocalServer.url() + "?retryTimeout=20s" + options,
            LocalServer.ACCESS_ID,
            LocalServer.ACCESS_KEY,
            "shaded" + NUMBER.incrementAndGet()));
    Path output = Files.createTempFile("shaded-jar", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(240, TimeUnit.SECONDS);
    process.destroyForcibly();
    String printed = Files.readString(output);
    Files.delete(output);
    assertThat(ended).as(printed).isTrue();
    assertThat(printed).endsWith("DONE" + System.lineSeparator());
    assertThat(process.waitFor()).isZero();
    return printed;
  }

  private static String locationOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  void holdsNothingOutsideOfItsOwnPackages() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertThat(names.stream().filter(name -> name.endsWith(".class")))
          .allMatch(name -> name.startsWith("io/tunnel/jdbc/"));
      assertThat(names.stream().filter(name -> name.startsWith("META-INF/services/."))).isEmpty();
      assertThat(names).contains("META-INF/services/java.sql.Driver");
      String drivers =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/services/java.sql.Driver")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(drivers.strip()).isEqualTo("io.tunnel.jdbc.TunnelDriver");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "x-snappy-framed"})
  void refusesCompressionThatNeedsNativeCode(String compression) {
    SqlFailure failure =
        SqlFailure.of(() -> LocalServer.connect("?compression=" + compression).close());
    assertThat(failure.state()).isEqualTo("08001");
    assertThat(failure.message()).contains(compression, "x-odps-lz4-frame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/apache/arrow",
        "com/fasterxml",
        "okhttp3",
        "com/google",
        "org/slf4j",
        "io/netty",
        "META-INF/native",
        "org/xerial"
      })
  void leavesTheApplicationItsLibraries(String folder) throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      assertThat(jar.stream().filter(entry -> entry.getName().startsWith(folder))).isEmpty();
    }
  }
}
