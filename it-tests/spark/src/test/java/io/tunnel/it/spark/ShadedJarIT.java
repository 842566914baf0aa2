package io.tunnel.it.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class ShadedJarIT {
  @Test
  void everyClassIsInAPackageOfOurs() throws IOException {
    try (JarFile jar = new JarFile(ShadedJar.path().toFile())) {
      List<String> classes =
          jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")).toList();
      assertThat(classes)
          .contains("io/tunnel/spark/TunnelTableProvider.class")
          .allSatisfy(name -> assertThat(name).startsWith("io/tunnel/spark/"));
    }
  }
}
