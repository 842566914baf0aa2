package io.tunnel.it.official.sdk;

import com.aliyun.odps.tunnel.io.CompressOption;
import io.tunnel.it.driven.Arguments;

/** The compression that a command asks for, by the SDK's own names. */
final class Compression {
  private Compression() {}

  /** The option; null if the command leaves it to the SDK. */
  static CompressOption of(Arguments arguments) {
    String name = arguments.optionalText("compression");
    if (name == null) {
      return null;
    }
    // Level and strategy as the SDK's own constructor without arguments sets them.
    CompressOption standard = new CompressOption();
    return new CompressOption(
        CompressOption.CompressAlgorithm.valueOf(name), standard.level, standard.strategy);
  }
}
