package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads an Arrow body (specification: regular tunnel, section 4.1). All checksums are verified, the
 * total checksum is required, and every length and offset of a batch is checked before vectors are
 * laid over its bytes.
 *
 * <p>Memory is one chunk and one batch. A batch of the sender may have a body of at most 1 GiB.
 */
public final class ArrowBatchReader implements BatchReader {
  /** Largest metadata of one message. */
  static final int MAX_METADATA_BYTES = 16 * 1024 * 1024;

  /** Largest body of one message. */
  static final long MAX_BODY_BYTES = 1L << 30;

  private static final int CONTINUATION = 0xffffffff;

  private final InputStream in;
  private final MessageInput messages;
  private final BufferAllocator allocator;
  private final long maxRows;
  private final BatchLayout layout;
  private final VectorSchemaRoot root;
  private final VectorLoader loader;
  private byte[] metadata = new byte[4096];
  private long rowsRead;
  private boolean ended;

  /**
   * Reads any number of rows.
   *
   * @param in the body, content coding removed; closed with the reader
   * @param schema the schema that the session's columns have in wire form
   * @param allocator gives the memory of the batches
   */
  public ArrowBatchReader(InputStream in, Schema schema, BufferAllocator allocator) {
    this(in, schema, allocator, Long.MAX_VALUE);
  }

  /**
   * As the other constructor; a body of more than {@code maxRows} rows is refused as soon as the
   * limit is passed.
   */
  public ArrowBatchReader(InputStream in, Schema schema, BufferAllocator allocator, long maxRows) {
    this(in, new ChunkInput(in), schema, allocator, maxRows);
  }

  private ArrowBatchReader(
      InputStream in,
      MessageInput messages,
      Schema schema,
      BufferAllocator allocator,
      long maxRows) {
    this.in = in;
    this.allocator = allocator;
    this.maxRows = maxRows;
    this.messages = messages;
    layout = new BatchLayout(schema);
    root = VectorSchemaRoot.create(schema, allocator);
    loader = new VectorLoader(root);
  }

  /**
   * Reads a stream of Arrow's own form, as previews have it (specification: regular tunnel, section
   * 3.7): the schema comes first, and there are neither chunks nor checksums, so that damage may go
   * unnoticed. A stream of no bytes has no rows and no columns.
   *
   * @param in the stream; closed with the reader, but not if this fails
   * @param allocator gives the memory of the batches
   * @throws MalformedBodyException if the stream does not begin with a schema
   */
  public static ArrowBatchReader ofStream(InputStream in, BufferAllocator allocator)
      throws IOException {
    PlainInput messages = new PlainInput(in);
    Schema schema = messages.atEnd() ? new Schema(List.of()) : readSchema(messages);
    return new ArrowBatchReader(in, messages, schema, allocator, Long.MAX_VALUE);
  }

  private static Schema readSchema(MessageInput messages) throws IOException {
    int length = readInt(messages);
    if (length == CONTINUATION) {
      length = readInt(messages);
    }
    requireMetadataLength(length);
    byte[] metadata = new byte[length];
    messages.readFully(metadata, 0, length);
    try {
      Message message = messageIn(metadata, length);
      if (message.headerType() == MessageHeader.Schema
          && message.header(new org.apache.arrow.flatbuf.Schema())
              instanceof org.apache.arrow.flatbuf.Schema schema) {
        return Schema.convertSchema(schema);
      }
    } catch (RuntimeException e) {
      // The generated readers check nothing and fail in many ways.
      throw MalformedBodyException.malformed("The schema of the Arrow stream cannot be read", e);
    }
    throw MalformedBodyException.malformed("The Arrow stream does not begin with a schema");
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public long rowsRead() {
    return rowsRead;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    root.clear();
    if (ended) {
      return false;
    }
    boolean loaded = false;
    try {
      loaded = loadBatchWithRows();
    } finally {
      if (!loaded) {
        ended = true;
        root.clear();
      }
    }
    return loaded;
  }

  private boolean loadBatchWithRows() throws IOException {
    while (!messages.atEnd()) {
      int length = readInt(messages);
      if (length == CONTINUATION) {
        length = readInt(messages);
      }
      if (length == 0) {
        if (!messages.atEnd()) {
          throw MalformedBodyException.malformed(
              "The Arrow body goes on behind its end-of-stream marker");
        }
        return false;
      }
      if (loadMessage(length)) {
        return true;
      }
    }
    return false;
  }

  private boolean loadMessage(int metadataLength) throws IOException {
    requireMetadataLength(metadataLength);
    if (metadata.length < metadataLength) {
      metadata = new byte[metadataLength];
    }
    messages.readFully(metadata, 0, metadataLength);
    try {
      return loadBatch(messageIn(metadata, metadataLength));
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw MalformedBodyException.malformed(
          "A message of the Arrow body has metadata that cannot be read", e);
    }
  }

  private static void requireMetadataLength(int length) throws MalformedBodyException {
    if (length < 0 || length > MAX_METADATA_BYTES) {
      throw MalformedBodyException.malformed(
          "A message of the Arrow body has metadata of "
              + Integer.toUnsignedString(length)
              + " bytes, allowed are 1 to "
              + MAX_METADATA_BYTES);
    }
  }

  private static Message messageIn(byte[] metadata, int length) {
    return Message.getRootAsMessage(
        ByteBuffer.wrap(metadata, 0, length).order(ByteOrder.LITTLE_ENDIAN));
  }

  private boolean loadBatch(Message message) throws IOException {
    short version = message.version();
    if (version != MetadataVersion.V5 && version != MetadataVersion.V4) {
      throw MalformedBodyException.malformed(
          "A message of the Arrow body has the metadata version "
              + version
              + ", allowed are V4, V5");
    }
    if (message.headerType() != MessageHeader.RecordBatch
        || !(message.header(new RecordBatch()) instanceof RecordBatch batch)) {
      throw MalformedBodyException.malformed(
          "The Arrow body has a message of type "
              + message.headerType()
              + "; bodies of the tunnel have record batches only, no schema and no dictionaries");
    }
    long bodyLength = message.bodyLength();
    if (bodyLength < 0 || bodyLength > MAX_BODY_BYTES) {
      throw MalformedBodyException.malformed(
          "A record batch has a body of "
              + bodyLength
              + " bytes, allowed are 0 to "
              + MAX_BODY_BYTES
              + "; send smaller batches");
    }
    layout.checkMetadata(batch, bodyLength);
    if (batch.length() > maxRows - rowsRead) {
      throw MalformedBodyException.malformed(
          "The Arrow body has more rows than the expected " + maxRows);
    }
    ArrowBuf body = allocator.buffer(bodyLength);
    ArrowRecordBatch loadable;
    try {
      messages.readFully(body, bodyLength);
      if (batch.length() == 0) {
        body.close();
        return false;
      }
      layout.checkBody(batch, body);
      loadable = MessageSerializer.deserializeRecordBatch(batch, body);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
    try (loadable) {
      loader.load(loadable);
    }
    rowsRead += batch.length();
    return true;
  }

  private static int readInt(MessageInput messages) throws IOException {
    byte[] word = new byte[Integer.BYTES];
    messages.readFully(word, 0, word.length);
    return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  @Override
  public void close() throws IOException {
    ended = true;
    root.close();
    in.close();
  }
}
