package io.tunnel.protocol.arrow;

import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;

/** Where the messages of an Arrow body come from. Used by one thread. */
interface MessageInput {
  /** Whether the messages have ended, and whatever stands behind them was right. */
  boolean atEnd() throws IOException;

  /**
   * Reads so many bytes.
   *
   * @throws MalformedBodyException if there are fewer
   */
  void readFully(byte[] target, int offset, int length) throws IOException;

  /** As the other method, to the start of a buffer. */
  void readFully(ArrowBuf target, long length) throws IOException;
}
