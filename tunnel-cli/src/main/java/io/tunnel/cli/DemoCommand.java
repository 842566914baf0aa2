package io.tunnel.cli;

import io.tunnel.cli.demo.Demo;
import io.tunnel.cli.output.Screen;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
  private final Screen screen;

  DemoCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("tunnel.home", "."));
    Path data = home.resolve("tunnel-cli").resolve("data");
    if (!Files.isDirectory(data)) {
      throw new IOException(
          "the demo's data is not in " + data + "; start the demo with the script ./tunnel");
    }
    Path scratch = Files.createTempDirectory("tunnel-demo");
    try {
      return new Demo(data, screen).run(scratch) ? 0 : 1;
    } finally {
      delete(scratch);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
