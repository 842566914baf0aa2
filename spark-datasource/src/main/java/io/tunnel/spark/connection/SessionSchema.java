package io.tunnel.spark.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;

/** The schema that travels in the handle of a session. */
public final class SessionSchema {
  private SessionSchema() {}

  /** Reads the schema object of a handle. */
  public static TableSchema of(String schemaJson) {
    try {
      return SchemaJson.read(new ObjectMapper().readTree(schemaJson));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The handle of the session has an unreadable schema", e);
    }
  }
}
