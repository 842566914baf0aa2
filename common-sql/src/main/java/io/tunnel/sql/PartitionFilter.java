package io.tunnel.sql;

import java.util.HashSet;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/** Holds queries to conditions on partitions where a scan of all of them is not allowed. */
final class PartitionFilter {
  private final QueryRewriter queries;

  PartitionFilter(QueryRewriter queries) {
    this.queries = queries;
  }

  /** Refuses a partitioned table without a condition on one of its partition columns. */
  void require(SqlSelect select) {
    Set<String> filtered = new HashSet<>();
    collectNames(select.getWhere(), filtered);
    require(select.getFrom(), filtered);
  }

  private void require(@Nullable SqlNode from, Set<String> filtered) {
    if (from instanceof SqlJoin join) {
      Set<String> all = new HashSet<>(filtered);
      collectNames(join.getCondition(), all);
      require(join.getLeft(), all);
      require(join.getRight(), all);
    } else if (from != null && TableForms.AROUND_A_TABLE.contains(from.getKind())) {
      require(((SqlCall) from).operand(0), filtered);
    } else if (from instanceof SqlIdentifier name && !queries.isCommonTable(name)) {
      ResolvedTable table = queries.resolved(name);
      if (!table.partitionColumns().isEmpty()
          && table.partitionColumns().stream().noneMatch(filtered::contains)) {
        throw TranslationFailure.unsupported(
            name,
            "table "
                + name
                + " is full scan with all partitions, please specify partition predicates");
      }
    }
  }

  private static void collectNames(@Nullable SqlNode node, Set<String> names) {
    if (node instanceof SqlIdentifier name) {
      names.add(name.names.get(name.names.size() - 1));
    } else if (node instanceof SqlCall call && !node.isA(SqlKind.QUERY)) {
      call.getOperandList().forEach(operand -> collectNames(operand, names));
    } else if (node instanceof SqlNodeList list) {
      list.forEach(item -> collectNames(item, names));
    }
  }
}
