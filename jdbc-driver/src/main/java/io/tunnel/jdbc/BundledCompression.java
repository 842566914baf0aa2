package io.tunnel.jdbc;

import com.github.luben.zstd.Zstd;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.arrow.ContentCoding;
import java.sql.SQLException;

/**
 * What the shaded jar can compress. Native libraries are bound to the original names of their
 * classes, so that relocated ones cannot have any: LZ4 falls back to pure Java by itself, Zstandard
 * and Snappy have nothing to fall back to and are refused.
 */
final class BundledCompression {
  private static final boolean RELOCATED = Zstd.class.getName().startsWith("io.tunnel.jdbc.");

  private BundledCompression() {}

  /** Refuses what this jar cannot do. */
  static void check(ContentCoding coding) throws SQLException {
    if (RELOCATED && (coding == ContentCoding.ZSTD || coding == ContentCoding.SNAPPY)) {
      throw SqlErrors.url(
          "compression="
              + coding.wireName()
              + " needs native code that the driver's jar does not have; use x-odps-lz4-frame or"
              + " deflate");
    }
  }
}
