package io.tunnel.cli;

import io.tunnel.cli.demo.Demo;
import io.tunnel.cli.output.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code tunnel demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole system with real data, in about a minute.",
      "",
      "Starts a server in memory; writes 800,000 flights with Spark, 10,000 bird strikes with JDBC"
          + " batches and 171,075 cities with the upload command; checks all of them against the"
          + " files; asks five questions. Nothing is left behind.",
      ""
    },
    descriptionHeading = "%n",
    usageHelpWidth = 100)
final class DemoCommand implements Callable<Integer> {
  /** From 23 on, Subject.getSubject, which Hadoop calls, throws. */
  private static final int LAST_JAVA_OF_SPARK = 22;

  private final Screen screen;

  DemoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws Exception {
    int java = Runtime.version().feature();
    if (java > LAST_JAVA_OF_SPARK) {
      throw new IOException(
          "the demo runs Spark 3.5, which cannot run on Java "
              + java
              + "; set JAVA_HOME to a JDK 17. The other commands run on any newer JDK");
    }
    Path home = Path.of(System.getProperty("tunnel.home", "."));
    Path data = home.resolve("tunnel-cli").resolve("data");
    if (!Files.isDirectory(data)) {
      throw new IOException(
          "the demo's data is not in " + data + "; start the demo with the script ./tunnel");
    }
    Path scratch = Files.createTempDirectory("tunnel-demo");
    // A hook, because Ctrl-C should leave nothing behind either.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch), "demo-clean-up"));
    return new Demo(data, screen).run(scratch) ? 0 : 1;
  }

  private void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Spark's own hook may remove its part of the folder at the same time.
      screen.err().println(screen.dim("left over: " + folder + " (" + e.getMessage() + ")"));
    }
  }
}
