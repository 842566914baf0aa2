package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;

/** A complete body for one bucket, in memory. It can be written as often as needed. */
public final class UpsertPack {
  private final ByteChunks body;
  private final long rows;
  private final ContentCoding coding;

  UpsertPack(ByteChunks body, long rows, ContentCoding coding) {
    this.body = body;
    this.rows = rows;
    this.coding = coding;
  }

  /** Rows in the body. */
  public long rows() {
    return rows;
  }

  /** Bytes of the body, compressed. */
  public long length() {
    return body.length();
  }

  /** How the body is compressed. */
  public ContentCoding coding() {
    return coding;
  }

  /** Writes the body. */
  public void writeTo(OutputStream out) throws IOException {
    body.writeTo(out);
  }
}
