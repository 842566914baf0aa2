package io.tunnel.server.sql.function;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** CONV, SHA2, CRC32, SOUNDEX and FORMAT_NUMBER. */
final class TextForms {
  private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(Long.SIZE);
  private static final String SOUNDEX_CODES = "01230120022455012623010202";
  private static final int MOST_PLACES = 340;

  private TextForms() {}

  /** A number in another base, in lower case, as unsigned 64 bits; null when it is none. */
  static @Nullable String converted(String number, String fromBase, String toBase) {
    int from = Integer.parseInt(fromBase);
    int to = Integer.parseInt(toBase);
    if (from < Character.MIN_RADIX
        || from > Character.MAX_RADIX
        || Math.abs(to) < Character.MIN_RADIX
        || Math.abs(to) > Character.MAX_RADIX) {
      return null;
    }
    BigInteger value;
    try {
      value = new BigInteger(number.strip(), from);
    } catch (NumberFormatException e) {
      return null;
    }
    if (value.abs().bitLength() > Long.SIZE) {
      return null;
    }
    // A negative base asks for the sign, otherwise a negative number shows its bits.
    return to < 0 ? value.toString(-to) : value.mod(UNSIGNED).toString(to);
  }

  /** The digest of 224, 256, 384 or 512 bits, in hexadecimal; null for another length. */
  static @Nullable String sha2(String text, String bits) {
    String algorithm =
        switch (bits) {
          case "224" -> "SHA-224";
          case "0", "256" -> "SHA-256";
          case "384" -> "SHA-384";
          case "512" -> "SHA-512";
          default -> null;
        };
    if (algorithm == null) {
      return null;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has " + algorithm, e);
    }
  }

  static String crc32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toString(crc.getValue());
  }

  /** The first letter and three digits for the consonants after it. */
  static String soundex(String text) {
    StringBuilder code = new StringBuilder();
    char last = '0';
    for (char c : text.toUpperCase(Locale.ROOT).toCharArray()) {
      if (c < 'A' || c > 'Z' || code.length() == 4) {
        continue;
      }
      char digit = SOUNDEX_CODES.charAt(c - 'A');
      if (code.isEmpty()) {
        code.append(c);
      } else if (digit != '0' && digit != last) {
        code.append(digit);
      }
      // H and W do not part equal codes, vowels do.
      if (c != 'H' && c != 'W') {
        last = digit;
      }
    }
    while (!code.isEmpty() && code.length() < 4) {
      code.append('0');
    }
    return code.toString();
  }

  /** A number with commas between thousands and a fixed number of decimal places. */
  static @Nullable String formatted(String number, String places) {
    int count = Integer.parseInt(places);
    if (count < 0 || count > MOST_PLACES) {
      return null;
    }
    DecimalFormat format =
        new DecimalFormat(
            "#,##0" + (count == 0 ? "" : "." + "0".repeat(count)),
            DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setRoundingMode(RoundingMode.HALF_UP);
    try {
      return format.format(new BigDecimal(number));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
