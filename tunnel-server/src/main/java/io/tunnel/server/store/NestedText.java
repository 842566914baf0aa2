package io.tunnel.server.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.StructType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Nested values on their way into and out of DuckDB: JSON in which arrays are arrays, maps and
 * structs are objects, and every leaf is a text that DuckDB casts ({@link LeafText}).
 */
final class NestedText {
  private static final JsonFactory JSON = new JsonFactory();

  private final MaxComputeType type;

  NestedText(MaxComputeType type) {
    this.type = type;
  }

  /** The JSON text of a value, which is not NULL. */
  byte[] write(ValueVector vector, int index) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      write(out, type, vector, index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, MaxComputeType type, ValueVector vector, int index)
      throws IOException {
    if (vector.isNull(index)) {
      out.writeNull();
    } else if (type instanceof ArrayType array) {
      ListVector list = (ListVector) vector;
      out.writeStartArray();
      for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
        write(out, array.element(), list.getDataVector(), i);
      }
      out.writeEndArray();
    } else if (type instanceof MapType map) {
      ListVector list = (ListVector) vector;
      StructVector entries = (StructVector) list.getDataVector();
      ValueVector keys = entries.getVectorById(0);
      ValueVector values = entries.getVectorById(1);
      out.writeStartObject();
      for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
        out.writeFieldName(LeafText.write(map.key(), keys, i));
        write(out, map.value(), values, i);
      }
      out.writeEndObject();
    } else if (type instanceof StructType struct) {
      StructVector fields = (StructVector) vector;
      out.writeStartObject();
      for (int i = 0; i < struct.fields().size(); i++) {
        StructType.Field field = struct.fields().get(i);
        out.writeFieldName(field.name());
        write(out, field.type(), fields.getVectorById(i), index);
      }
      out.writeEndObject();
    } else {
      out.writeString(LeafText.write(type, vector, index));
    }
  }

  /** Sets a value of the vector from its JSON text. */
  void read(byte[] json, FieldVector vector, int index) {
    try (JsonParser in = JSON.createParser(json)) {
      in.nextToken();
      read(in, type, vector, index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the value at which the parser stands. */
  private static void read(JsonParser in, MaxComputeType type, FieldVector vector, int index)
      throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      vector.setNull(index);
    } else if (type instanceof ArrayType array) {
      ListVector list = (ListVector) vector;
      FieldVector elements = list.getDataVector();
      int start = list.startNewValue(index);
      int count = 0;
      while (in.nextToken() != JsonToken.END_ARRAY) {
        read(in, array.element(), elements, start + count++);
      }
      list.endValue(index, count);
    } else if (type instanceof MapType map) {
      MapVector list = (MapVector) vector;
      StructVector entries = (StructVector) list.getDataVector();
      FieldVector keys = (FieldVector) entries.getVectorById(0);
      FieldVector values = (FieldVector) entries.getVectorById(1);
      int start = list.startNewValue(index);
      int count = 0;
      while (in.nextToken() != JsonToken.END_OBJECT) {
        entries.setIndexDefined(start + count);
        LeafText.read(map.key(), in.currentName(), keys, start + count);
        in.nextToken();
        read(in, map.value(), values, start + count);
        count++;
      }
      list.endValue(index, count);
    } else if (type instanceof StructType struct) {
      StructVector fields = (StructVector) vector;
      fields.setIndexDefined(index);
      for (int i = 0; i < struct.fields().size(); i++) {
        in.nextToken();
        in.nextToken();
        read(in, struct.fields().get(i).type(), (FieldVector) fields.getVectorById(i), index);
      }
      in.nextToken();
    } else {
      LeafText.read(type, in.getText(), vector, index);
    }
  }
}
