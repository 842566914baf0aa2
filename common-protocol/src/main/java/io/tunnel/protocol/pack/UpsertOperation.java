package io.tunnel.protocol.pack;

/** What a row of an upsert session does to the row with the same key. */
public enum UpsertOperation {
  /** Inserts the row, or updates the one that is there. */
  UPSERT('U'),
  /** Deletes the row, if there is one. */
  DELETE('D');

  private final byte code;

  UpsertOperation(char code) {
    this.code = (byte) code;
  }

  /** The number on the wire, which is also that of operations given row by row. */
  public byte code() {
    return code;
  }

  /** Whether this is the number of an operation. */
  public static boolean isCode(int code) {
    return code == UPSERT.code || code == DELETE.code;
  }
}
