package io.tunnel.sql.parser;

import io.tunnel.sql.Clustering;
import io.tunnel.sql.ColumnDefinition;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the clauses of CREATE TABLE, which come in any order. */
final class TableParts {
  boolean ifNotExists;
  @Nullable ObjectName table;
  final List<ColumnDefinition> columns = new ArrayList<>();
  final List<ColumnDefinition> partitionColumns = new ArrayList<>();
  List<String> primaryKey = List.of();
  @Nullable String comment;
  final Map<String, String> properties = new LinkedHashMap<>();
  @Nullable Integer lifecycle;
  @Nullable Clustering clustering;
  Statement.@Nullable Query asQuery;
  @Nullable ObjectName like;

  /** The statement; the token is the last one of the statement, for errors. */
  Statement createTable(Token last) {
    if (table == null) {
      throw new IllegalStateException("CREATE TABLE without a name");
    }
    Set<String> names = new HashSet<>();
    columns.forEach(column -> names.add(column.name()));
    for (ColumnDefinition column : partitionColumns) {
      if (!names.add(column.name())) {
        throw error(last, "column " + column.name() + " repeats as a partition column");
      }
    }
    for (String key : primaryKey) {
      if (!names.contains(key)) {
        throw error(last, "column " + key + " of PRIMARY KEY is not defined");
      }
    }
    if (clustering != null && asQuery == null && like == null) {
      for (String column : clustering.columns()) {
        requireColumn("CLUSTERED BY", column, last);
      }
      clustering.sorted().forEach(column -> requireColumn("SORTED BY", column.name(), last));
    }
    if (columns.isEmpty() && asQuery == null && like == null) {
      throw error(last, "CREATE TABLE needs columns, AS or LIKE");
    }
    return new Statement.CreateTable(
        table,
        ifNotExists,
        columns,
        partitionColumns,
        primaryKey,
        comment,
        properties,
        lifecycle,
        clustering,
        asQuery,
        like);
  }

  private void requireColumn(String clause, String name, Token last) {
    if (columns.stream().noneMatch(column -> column.name().equals(name))) {
      throw error(last, "column " + name + " of " + clause + " is not defined");
    }
  }

  private static LexerException error(Token token, String detail) {
    return new LexerException(token.beginLine, token.beginColumn, detail);
  }
}
