package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.TaskResult;
import java.util.Map;

/** What an instance did, in the forms from which clients take update counts (section 4.5). */
final class InstanceSummary {
  private InstanceSummary() {}

  static String of(Instance instance) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    TaskResult result = instance.result();
    if (result != null) {
      node.putObject("Instance")
          .put("JsonSummary", summary(result).toString())
          .put("Summary", text(result));
    }
    return node.toString();
  }

  static String mapReduce(Instance instance) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    TaskResult result = instance.result();
    if (result != null) {
      node.putObject("mapReduce")
          .put("summary", text(result))
          .put("jsonSummary", summary(result).toString());
    }
    return node.toString();
  }

  static long written(Instance instance) {
    TaskResult result = instance.result();
    return result == null ? 0 : result.outputs().values().stream().mapToLong(Long::longValue).sum();
  }

  private static ObjectNode summary(TaskResult result) {
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    put(summary.putObject("Outputs"), result.outputs());
    put(summary.putObject("Inputs"), result.inputs());
    summary.putObject("Cost").put("CPU", 0).put("Memory", 0).put("Input", 0);
    return summary;
  }

  private static void put(ObjectNode node, Map<String, Long> rows) {
    rows.forEach((table, count) -> node.putArray(table).add(count).add(0));
  }

  private static String text(TaskResult result) {
    StringBuilder text = new StringBuilder("resource cost: cpu 0.00 Core * Min");
    result
        .outputs()
        .forEach(
            (table, rows) -> text.append("\noutputs: ").append(table).append(": ").append(rows));
    return text.toString();
  }
}
