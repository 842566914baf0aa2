package io.tunnel.protocol.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The checksum of small request bodies: lower-case hexadecimal MD5 (section 1.2, rule 6). */
final class Md5 {
  private Md5() {}

  static String hex(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks MD5", e);
    }
  }
}
