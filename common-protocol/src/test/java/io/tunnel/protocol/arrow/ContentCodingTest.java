package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ContentCodingTest {
  @ParameterizedTest
  @EnumSource
  void bytesComeBack(ContentCoding coding) throws IOException {
    byte[] plain = sample();
    assertThat(expand(coding, compress(coding, plain))).isEqualTo(plain);
    assertThat(expand(coding, compress(coding, new byte[0]))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"DEFLATE,78 01", "SNAPPY,ff 06 00 00 73 4e 61 50 70 59", "LZ4,04 22 4d 18"})
  void theFormatIsTheOneOfTheSpecification(ContentCoding coding, String start) throws IOException {
    byte[] expected = java.util.HexFormat.ofDelimiter(" ").parseHex(start);
    assertThat(compress(coding, sample())).startsWith(expected);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aCutOffFormIsRefused(ContentCoding coding) throws IOException {
    byte[] plain = sample();
    byte[] compressed = compress(coding, plain);
    byte[] cut = Arrays.copyOf(compressed, compressed.length / 2);
    assertThatThrownBy(() -> expand(coding, cut))
        .isInstanceOfSatisfying(
            MalformedBodyException.class,
            e -> assertThat(e.code()).isEqualTo(MalformedBodyException.CORRUPTED))
        .hasMessageContaining(coding.wireName());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void somethingElseIsRefused(ContentCoding coding) {
    assertThatThrownBy(() -> expand(coding, "<html>not compressed</html>".getBytes()))
        .isInstanceOf(MalformedBodyException.class);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void bytesBehindTheFormAreRefused(ContentCoding coding) throws IOException {
    byte[] compressed = compress(coding, sample());
    byte[] longer = Arrays.copyOf(compressed, compressed.length + 7);
    Arrays.fill(longer, compressed.length, longer.length, (byte) 0x55);
    assertThatThrownBy(() -> expand(coding, longer)).isInstanceOf(MalformedBodyException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aFailureOfTheStreamBelowIsNotTakenForDamage(ContentCoding coding) throws IOException {
    byte[] compressed = compress(coding, sample());
    InputStream failing =
        new InputStream() {
          private int position;

          @Override
          public int read() throws IOException {
            if (position == compressed.length / 2) {
              throw new IOException("connection reset");
            }
            return compressed[position++] & 0xff;
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            int count = Math.min(length, compressed.length / 2 - position);
            if (count == 0) {
              throw new IOException("connection reset");
            }
            System.arraycopy(compressed, position, target, offset, count);
            position += count;
            return count;
          }
        };
    assertThatThrownBy(() -> coding.decode(failing).readAllBytes())
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("connection reset");
  }

  @ParameterizedTest
  @EnumSource
  void namesAreThoseOfTheHeaders(ContentCoding coding) {
    assertThat(ContentCoding.forWireName(coding.wireName())).isEqualTo(coding);
  }

  @Test
  void absentAndIdentityMeanNoCoding() {
    assertThat(ContentCoding.forWireName(null)).isEqualTo(ContentCoding.NONE);
    assertThat(ContentCoding.forWireName("")).isEqualTo(ContentCoding.NONE);
    assertThat(ContentCoding.forWireName("Identity")).isEqualTo(ContentCoding.NONE);
    assertThat(ContentCoding.forWireName("ZSTD")).isEqualTo(ContentCoding.ZSTD);
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> ContentCoding.forWireName("gzip"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"gzip\"")
        .hasMessageContaining("x-odps-lz4-frame");
  }

  private static byte[] sample() {
    byte[] bytes = new byte[300_000];
    Random random = new Random(7);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ("abcdefgh".charAt(random.nextInt(8)));
    }
    return bytes;
  }

  private static byte[] compress(ContentCoding coding, byte[] plain) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream out = coding.encode(target)) {
      out.write(plain);
    }
    return target.toByteArray();
  }

  private static byte[] expand(ContentCoding coding, byte[] compressed) throws IOException {
    try (InputStream in = coding.decode(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }
}
