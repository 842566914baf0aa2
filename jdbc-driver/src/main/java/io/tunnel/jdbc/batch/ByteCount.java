package io.tunnel.jdbc.batch;

/** Counts the bytes of texts and binaries of a batch, shared by its writers. */
final class ByteCount {
  long bytes;
}
