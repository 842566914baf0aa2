package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.ResultText;
import io.tunnel.server.sql.TaskResult;
import io.tunnel.server.store.BatchFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an interactive quota tells about a result beside it (specification: control plane, section
 * 4.9). By it clients decide between the text and the tunnel.
 *
 * @param columns the columns of a SELECT; null for other statements, and for what has failed
 * @param isInline whether the whole result stands in the answer
 */
record ResultDescriptor(@Nullable List<Column> columns, boolean isInline) {
  static ResultDescriptor of(Instance instance) {
    TaskResult result = instance.result();
    BatchFile rows = result == null ? null : result.rows();
    if (rows == null) {
      return new ResultDescriptor(null, true);
    }
    return new ResultDescriptor(
        rows.columns(), rows.rows() <= ResultText.MAX_ROWS && InstancesResource.isShort(instance));
  }

  String json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("IsSelect", columns != null);
    node.put("SelectResultStatus", isInline ? "FULL" : "NO");
    ArrayNode array = node.putObject("Schema").putArray("Columns");
    if (columns != null) {
      for (Column column : columns) {
        array.addObject().put("Name", column.name()).put("Type", column.type().toString());
      }
    }
    return node.toString();
  }
}
