package io.tunnel.server.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a table was declared to be clustered. It is told and kept, but rows are stored as those of
 * any other table. It lies in a property of the table that statements never show.
 *
 * @param isRange whether RANGE CLUSTERED
 * @param columns the columns of CLUSTERED BY
 * @param sorted the columns of SORTED BY
 * @param buckets their number, or null when the service may choose
 */
public record TableClustering(
    boolean isRange, List<String> columns, List<SortColumn> sorted, @Nullable Integer buckets) {
  /** The property, which no statement can set. */
  public static final String PROPERTY = "tunnel.clustering";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the lists. */
  public TableClustering {
    columns = List.copyOf(columns);
    sorted = List.copyOf(sorted);
  }

  /** A column of SORTED BY. */
  public record SortColumn(String name, boolean isDescending) {
    /** The direction as the service writes it. */
    public String order() {
      return isDescending ? "desc" : "asc";
    }
  }

  /** The clustering of a table, or null without one. */
  public static @Nullable TableClustering of(TableEntry table) {
    String text = table.properties().get(PROPERTY);
    if (text == null) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree(text);
      List<String> columns = new ArrayList<>();
      node.path("ClusterCols").forEach(column -> columns.add(column.asText()));
      List<SortColumn> sorted = new ArrayList<>();
      for (JsonNode column : node.path("SortCols")) {
        String name = column.path("col").asText();
        sorted.add(new SortColumn(name, column.path("order").asText().equals("desc")));
      }
      JsonNode buckets = node.get("BucketNum");
      return new TableClustering(
          node.path("ClusterType").asText().equals("range"),
          columns,
          sorted,
          buckets == null ? null : buckets.asInt());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "The clustering of " + table.qualifiedName() + " is damaged", e);
    }
  }

  /** The properties of a table with this clustering. */
  public Map<String, String> addTo(Map<String, String> properties) {
    Map<String, String> all = new LinkedHashMap<>(properties);
    ObjectNode node = JSON.createObjectNode();
    addTo(node);
    all.put(PROPERTY, node.toString());
    return all;
  }

  /** The service's own form, as it stands in the description of a table. */
  public void addTo(ObjectNode node) {
    node.put("ClusterType", type());
    if (buckets != null) {
      node.put("BucketNum", buckets);
    }
    columns.forEach(node.putArray("ClusterCols")::add);
    var array = node.putArray("SortCols");
    for (SortColumn column : sorted) {
      array.addObject().put("col", column.name()).put("order", column.order());
    }
  }

  /** The kind of clustering as the service calls it. */
  public String type() {
    return isRange ? "range" : "hash";
  }

  /** Whether a column is one of those that cluster or sort. */
  public boolean uses(String column) {
    return columns.contains(column) || sorted.stream().anyMatch(c -> c.name().equals(column));
  }

  /** The clustering after a column got another name. */
  public TableClustering renamed(String column, String name) {
    return new TableClustering(
        isRange,
        columns.stream().map(c -> c.equals(column) ? name : c).toList(),
        sorted.stream()
            .map(c -> c.name().equals(column) ? new SortColumn(name, c.isDescending()) : c)
            .toList(),
        buckets);
  }
}
