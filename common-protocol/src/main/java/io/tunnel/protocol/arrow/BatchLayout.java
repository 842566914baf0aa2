package io.tunnel.protocol.arrow;

import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.DecimalType;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Checks that a record batch fits a schema before vectors are laid over its bytes: after that no
 * offset of the sender leads outside its buffer. Bodies come from strangers, and Arrow trusts them.
 */
final class BatchLayout {
  private static final ArrowType LEGACY_DECIMAL =
      ArrowMapping.field("", DecimalType.LEGACY, true, ArrowMapping.Form.WIRE).getType();

  private final Schema schema;
  private final int nodeCount;
  private final int bufferCount;

  // Reused for every node and buffer, as the generated readers allow.
  private final FieldNode node = new FieldNode();
  private final Buffer buffer = new Buffer();
  private int nextNode;
  private int nextBuffer;

  BatchLayout(Schema schema) {
    this.schema = schema;
    nodeCount = countNodes(schema.getFields());
    bufferCount = countBuffers(schema.getFields());
  }

  /**
   * Checks what the metadata alone shows, before memory is taken for the body.
   *
   * @throws MalformedBodyException if the batch cannot have this schema
   */
  void checkMetadata(RecordBatch batch, long bodyLength) throws MalformedBodyException {
    if (batch.compression() != null) {
      throw MalformedBodyException.malformed(
          "The record batch has compressed buffers, which bodies of the tunnel never have");
    }
    if (batch.length() < 0 || batch.length() > Integer.MAX_VALUE) {
      throw MalformedBodyException.malformed(
          "The record batch has " + batch.length() + " rows, allowed are 0 to 2147483647");
    }
    if (batch.nodesLength() != nodeCount || batch.buffersLength() != bufferCount) {
      throw MalformedBodyException.malformed(
          "The record batch has "
              + batch.nodesLength()
              + " vectors and "
              + batch.buffersLength()
              + " buffers, the columns of the session need "
              + nodeCount
              + " and "
              + bufferCount);
    }
    for (int i = 0; i < bufferCount; i++) {
      batch.buffers(buffer, i);
      long offset = buffer.offset();
      long length = buffer.length();
      if (offset < 0 || length < 0 || length > bodyLength || offset > bodyLength - length) {
        throw MalformedBodyException.malformed(
            "Buffer " + i + " of the record batch lies outside of its body");
      }
    }
  }

  /** Checks lengths and offsets of every vector. {@link #checkMetadata} must have passed. */
  void checkBody(RecordBatch batch, ArrowBuf body) throws MalformedBodyException {
    nextNode = 0;
    nextBuffer = 0;
    for (Field field : schema.getFields()) {
      check(batch, body, field, batch.length(), true, field.getName());
    }
  }

  private void check(
      RecordBatch batch, ArrowBuf body, Field field, long rows, boolean exact, String column)
      throws MalformedBodyException {
    batch.nodes(node, nextNode++);
    long length = node.length();
    long nulls = node.nullCount();
    if (length < rows
        || (exact && length > rows)
        || length > Integer.MAX_VALUE
        || nulls < 0
        || nulls > length) {
      throw MalformedBodyException.malformed(
          "Column "
              + column
              + ": the record batch has "
              + length
              + " values of which "
              + nulls
              + " are NULL where "
              + rows
              + " are needed");
    }
    long childRows = exactChild(field) ? length : 0;
    for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
      batch.buffers(buffer, nextBuffer++);
      long size = buffer.length();
      switch (layout.getType()) {
        case VALIDITY -> {
          if (nulls > 0 && nulls < length) {
            requireSize(size, (length + 7) >> 3, column, "validity");
          }
        }
        case OFFSET -> {
          if (length > 0) {
            requireSize(size, (length + 1) * Integer.BYTES, column, "offset");
            childRows = lastOffset(body, buffer.offset(), length, column);
          }
        }
        default -> {
          long needed =
              isVariable(field.getType())
                  ? childRows
                  : (length * layout.getTypeBitWidth() + 7) >> 3;
          requireSize(size, needed, column, "data");
          refuseWideDecimal(field.getType(), size, needed, column);
        }
      }
    }
    for (Field child : field.getChildren()) {
      check(batch, body, child, childRows, exactChild(field), column);
    }
  }

  /**
   * PyODPS lays DECIMAL without parameters out as 256 bits (section 5.3), which a reader of 128
   * bits would take for other numbers.
   */
  private static void refuseWideDecimal(ArrowType type, long size, long needed, String column)
      throws MalformedBodyException {
    if (type.equals(LEGACY_DECIMAL) && needed > 0 && size == 2 * needed) {
      throw MalformedBodyException.malformed(
          "Column "
              + column
              + ": its decimals are 32 bytes wide, 16 are allowed; send a DECIMAL without"
              + " parameters in records instead of Arrow");
    }
  }

  private static boolean exactChild(Field field) {
    return field.getType() instanceof ArrowType.Struct;
  }

  private static boolean isVariable(ArrowType type) {
    return type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary;
  }

  private static long lastOffset(ArrowBuf body, long start, long length, String column)
      throws MalformedBodyException {
    int previous = 0;
    for (long i = 0; i <= length; i++) {
      int offset = body.getInt(start + i * Integer.BYTES);
      if (offset < previous) {
        throw MalformedBodyException.malformed(
            "Column " + column + ": the offsets of the record batch do not ascend at value " + i);
      }
      previous = offset;
    }
    return previous;
  }

  private static void requireSize(long size, long needed, String column, String what)
      throws MalformedBodyException {
    if (size < needed) {
      throw MalformedBodyException.malformed(
          "Column "
              + column
              + ": the "
              + what
              + " buffer has "
              + size
              + " bytes where its values need "
              + needed);
    }
  }

  private static int countNodes(List<Field> fields) {
    int count = fields.size();
    for (Field field : fields) {
      count += countNodes(field.getChildren());
    }
    return count;
  }

  private static int countBuffers(List<Field> fields) {
    int count = 0;
    for (Field field : fields) {
      count += TypeLayout.getTypeBufferCount(field.getType()) + countBuffers(field.getChildren());
    }
    return count;
  }
}
