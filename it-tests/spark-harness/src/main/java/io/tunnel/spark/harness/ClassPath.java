package io.tunnel.spark.harness;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of this JVM, for executors. */
final class ClassPath {
  private ClassPath() {}

  /** Test runners start the JVM with a jar that only names the class path and then say it here. */
  static String without(List<Path> jars) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .map(Path::toAbsolutePath)
        .filter(entry -> !jars.contains(entry))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
