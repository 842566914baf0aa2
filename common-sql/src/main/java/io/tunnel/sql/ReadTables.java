package io.tunnel.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * Which tables a statement reads: those in FROM and USING, in every subquery wherever it stands,
 * and those that MAX_PT names. Names that a WITH clause around them defines are none. The table
 * that a statement changes is not among them unless the statement reads it by name too.
 */
public final class ReadTables {
  private final Set<ObjectName> found = new LinkedHashSet<>();

  /** The names that WITH clauses around the current place define. */
  private final Deque<Set<String>> commonTables = new ArrayDeque<>();

  private ReadTables() {}

  /**
   * The tables in the order of the text, as written; nothing is looked up.
   *
   * @throws UnsupportedSqlException if the statement is nested too deeply
   */
  public static Set<ObjectName> of(Statement statement) throws UnsupportedSqlException {
    try {
      ReadTables tables = new ReadTables();
      tables.statement(statement);
      return tables.found;
    } catch (StackOverflowError e) {
      throw new UnsupportedSqlException(1, 1, "the statement is nested too deeply");
    }
  }

  private void statement(Statement statement) {
    if (statement instanceof Statement.Query query) {
      query(query);
    } else if (statement instanceof Statement.Insert insert) {
      partition(insert.partition());
      if (insert.source() instanceof InsertSource.SelectSource select) {
        query(select.query());
      } else if (insert.source() instanceof InsertSource.Values values) {
        values.rows().forEach(row -> row.forEach(this::value));
      }
    } else if (statement instanceof Statement.MultiInsert inserts) {
      inserts.inserts().forEach(this::statement);
    } else if (statement instanceof Statement.DropPartition drop) {
      drop.conditions().forEach(this::value);
    } else if (statement instanceof Statement.Update update) {
      assignments(update.assignments());
      from(update.from());
      value(update.where());
    } else if (statement instanceof Statement.Delete delete) {
      value(delete.where());
    } else if (statement instanceof Statement.Merge merge) {
      from(merge.source());
      value(merge.on());
      merge.clauses().forEach(this::clause);
    } else if (statement instanceof Statement.CreateTable create) {
      defaults(create.columns());
      query(create.asQuery());
      if (create.like() != null) {
        found.add(create.like());
      }
    } else if (statement instanceof Statement.AlterTable alter
        && alter.change() instanceof TableChange.AddColumns add) {
      defaults(add.columns());
    } else if (statement instanceof Statement.CreateView create) {
      query(create.query());
    } else if (statement instanceof Statement.Explain explain) {
      statement(explain.statement());
    }
  }

  private void defaults(List<ColumnDefinition> columns) {
    columns.forEach(column -> value(column.defaultValue()));
  }

  private void clause(MergeClause clause) {
    value(clause.condition());
    if (clause instanceof MergeClause.Update update) {
      assignments(update.assignments());
    } else if (clause instanceof MergeClause.Insert insert) {
      insert.values().forEach(this::value);
    }
  }

  private void assignments(List<Statement.Assignment> assignments) {
    assignments.forEach(assignment -> value(assignment.value()));
  }

  private void partition(List<PartitionItem> items) {
    items.forEach(item -> value(item.value()));
  }

  private void query(Statement.@Nullable Query query) {
    if (query != null) {
      node(query.tree());
    }
  }

  private void value(@Nullable Value value) {
    if (value instanceof Value.Expression expression) {
      node(expression.node());
    }
  }

  /** Anything but what stands in a FROM clause, where alone a name is that of a table. */
  private void node(@Nullable SqlNode node) {
    if (node instanceof SqlWith with) {
      with(with);
    } else if (node instanceof SqlSelect select) {
      from(select.getFrom());
      for (SqlNode operand : select.getOperandList()) {
        if (operand != select.getFrom()) {
          node(operand);
        }
      }
    } else if (node instanceof SqlNodeList list) {
      list.forEach(this::node);
    } else if (node instanceof SqlCall call) {
      maxPartition(call);
      call.getOperandList().forEach(this::node);
    }
  }

  private void with(SqlWith with) {
    Set<String> names = new HashSet<>();
    commonTables.push(names);
    for (SqlNode node : with.withList) {
      SqlWithItem item = (SqlWithItem) node;
      if (item.recursive.booleanValue()) {
        names.add(item.name.getSimple());
      }
      node(item.query);
      names.add(item.name.getSimple());
    }
    node(with.body);
    commonTables.pop();
  }

  private void from(@Nullable SqlNode node) {
    if (node instanceof SqlIdentifier table) {
      table(table);
    } else if (node instanceof SqlJoin join) {
      from(join.getLeft());
      from(join.getRight());
      node(join.getCondition());
    } else if (node instanceof SqlCall call && TableForms.AROUND_A_TABLE.contains(call.getKind())) {
      from(call.operand(0));
    } else {
      node(node);
    }
  }

  private void table(SqlIdentifier name) {
    boolean common =
        name.isSimple()
            && commonTables.stream().anyMatch(names -> names.contains(name.getSimple()));
    if (!common) {
      add(name.names);
    }
  }

  private void maxPartition(SqlCall call) {
    if (call.getOperator().getName().equalsIgnoreCase(QueryRewriter.MAX_PARTITION)
        && call.operandCount() == 1) {
      String name = DuckDbNodes.stringValue(call.operand(0));
      if (name != null) {
        add(List.of(name.toLowerCase(Locale.ROOT).split("\\.", -1)));
      }
    }
  }

  /** A name with more parts names nothing, and running the statement will say so. */
  private void add(List<String> parts) {
    if (parts.size() <= 3) {
      found.add(new ObjectName(parts));
    }
  }
}
