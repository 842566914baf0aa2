package io.tunnel.it.spark;

import io.tunnel.spark.TunnelTableProvider;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The jar that users get. */
final class ShadedJar {
  private ShadedJar() {}

  static Path path() {
    try {
      Path path =
          Path.of(
              TunnelTableProvider.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      if (!path.toString().endsWith(".jar")) {
        throw new IllegalStateException(
            path + " is not the shaded jar: run these tests with mvn verify");
      }
      return path;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
