package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.sql.StatedTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a result come straight from a table, or state their type. The declared type says
 * more than DuckDB's: TIMESTAMP and TIMESTAMP_NTZ, CHAR, JSON and STRING are the same to it.
 */
final class ColumnLineage {
  private final Function<List<String>, @Nullable TableEntry> tables;

  private ColumnLineage(Function<List<String>, @Nullable TableEntry> tables) {
    this.tables = tables;
  }

  /** A column of a relation: its qualifier, its name, and its type if that is known. */
  private record Item(String qualifier, String name, @Nullable MaxComputeType type) {}

  /**
   * The declared types of the columns of a query, null where none is known; null if the columns
   * themselves are not known.
   *
   * @param tables finds the table of a name as written
   */
  static @Nullable List<@Nullable MaxComputeType> types(
      SqlNode query, Function<List<String>, @Nullable TableEntry> tables) {
    List<Item> items = new ColumnLineage(tables).relation(query, Map.of());
    if (items == null) {
      return null;
    }
    List<@Nullable MaxComputeType> types = new ArrayList<>();
    for (Item item : items) {
      types.add(item.type());
    }
    return types;
  }

  private @Nullable List<Item> relation(@Nullable SqlNode node, Map<String, List<Item>> scope) {
    if (node instanceof SqlOrderBy order) {
      return relation(order.query, scope);
    }
    if (node instanceof SqlWith with) {
      return with(with, scope);
    }
    if (node instanceof SqlSelect select) {
      return select(select, scope);
    }
    if (node instanceof SqlIdentifier name) {
      return table(name, scope);
    }
    if (node instanceof SqlJoin join) {
      List<Item> left = relation(join.getLeft(), scope);
      List<Item> right = relation(join.getRight(), scope);
      if (left == null || right == null || join.getCondition() != null && isUsing(join)) {
        return null;
      }
      List<Item> both = new ArrayList<>(left);
      both.addAll(right);
      return both;
    }
    if (node instanceof SqlBasicCall call) {
      return call(call, scope);
    }
    return null;
  }

  private static boolean isUsing(SqlJoin join) {
    return join.getConditionType() == org.apache.calcite.sql.JoinConditionType.USING;
  }

  private @Nullable List<Item> call(SqlBasicCall call, Map<String, List<Item>> scope) {
    if (call.getKind() == SqlKind.AS) {
      List<Item> inner = relation(call.operand(0), scope);
      if (inner == null || call.operandCount() != 2) {
        return null;
      }
      String alias = lower(((SqlIdentifier) call.operand(1)).getSimple());
      return inner.stream().map(i -> new Item(alias, i.name(), i.type())).toList();
    }
    if (call.getKind() == SqlKind.TABLESAMPLE) {
      return relation(call.operand(0), scope);
    }
    if (call.getKind().belongsTo(SqlKind.SET_QUERY)) {
      List<Item> left = relation(call.operand(0), scope);
      List<Item> right = relation(call.operand(1), scope);
      if (left == null || right == null || left.size() != right.size()) {
        return null;
      }
      List<Item> both = new ArrayList<>();
      for (int i = 0; i < left.size(); i++) {
        MaxComputeType type = left.get(i).type();
        boolean same = Objects.equals(type, right.get(i).type());
        both.add(new Item("", left.get(i).name(), same ? type : null));
      }
      return both;
    }
    return null;
  }

  private @Nullable List<Item> with(SqlWith with, Map<String, List<Item>> scope) {
    Map<String, List<Item>> inner = new HashMap<>(scope);
    for (SqlNode node : with.withList) {
      SqlWithItem item = (SqlWithItem) node;
      List<Item> columns = item.columnList == null ? relation(item.query, inner) : null;
      // Without its columns a name is still known, so that it hides the table of that name.
      inner.put(lower(item.name.getSimple()), columns == null ? List.of() : columns);
    }
    return relation(with.body, inner);
  }

  private @Nullable List<Item> table(SqlIdentifier name, Map<String, List<Item>> scope) {
    String last = lower(name.names.get(name.names.size() - 1));
    List<Item> common = name.names.size() == 1 ? scope.get(last) : null;
    if (common != null) {
      return common.isEmpty()
          ? null
          : common.stream().map(i -> new Item(last, i.name(), i.type())).toList();
    }
    TableEntry table = tables.apply(name.names);
    if (table == null) {
      return null;
    }
    List<Item> items = new ArrayList<>();
    for (Column column : table.schema().allColumns()) {
      items.add(new Item(last, column.name(), column.type()));
    }
    return items;
  }

  private @Nullable List<Item> select(SqlSelect select, Map<String, List<Item>> scope) {
    List<Item> from = select.getFrom() == null ? List.of() : relation(select.getFrom(), scope);
    if (from == null) {
      return null;
    }
    List<Item> items = new ArrayList<>();
    for (SqlNode node : select.getSelectList()) {
      SqlNode expression = node;
      String alias = null;
      if (node.getKind() == SqlKind.AS) {
        SqlBasicCall as = (SqlBasicCall) node;
        expression = as.operand(0);
        alias = as.operand(1) instanceof SqlIdentifier name ? lower(name.getSimple()) : "";
      }
      if (expression instanceof SqlIdentifier name) {
        column(name, alias, from, items);
      } else {
        items.add(new Item("", alias == null ? "" : alias, stated(expression)));
      }
    }
    return items;
  }

  private static @Nullable MaxComputeType stated(SqlNode expression) {
    String type = StatedTypes.of(expression);
    try {
      return type == null ? null : MaxComputeType.parse(type);
    } catch (IllegalArgumentException e) {
      // The statement is refused with the reason where it is translated.
      return null;
    }
  }

  private static void column(
      SqlIdentifier name, @Nullable String alias, List<Item> from, List<Item> items) {
    List<String> parts = name.names;
    String qualifier = parts.size() > 1 ? lower(parts.get(parts.size() - 2)) : null;
    if (name.isStar()) {
      for (Item item : from) {
        if (qualifier == null || qualifier.equals(item.qualifier())) {
          items.add(new Item("", item.name(), item.type()));
        }
      }
      return;
    }
    String wanted = lower(parts.get(parts.size() - 1));
    Item found = null;
    for (Item item : from) {
      boolean matches =
          item.name().equals(wanted) && (qualifier == null || qualifier.equals(item.qualifier()));
      if (matches) {
        found = item;
        break;
      }
    }
    items.add(new Item("", alias == null ? wanted : alias, found == null ? null : found.type()));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
