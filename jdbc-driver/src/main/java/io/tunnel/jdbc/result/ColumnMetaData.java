package io.tunnel.jdbc.result;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.protocol.type.Column;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;

/** What is known about the columns of a result; immutable, usable after the result is closed. */
public final class ColumnMetaData implements ResultSetMetaData {
  private final List<Column> columns;

  /** Describes columns. */
  public ColumnMetaData(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  private Column column(int index) throws SQLException {
    if (index < 1 || index > columns.size()) {
      throw SqlErrors.noSuchColumn(index, columns.size());
    }
    return columns.get(index - 1);
  }

  private TypeDescription type(int index) throws SQLException {
    return TypeDescription.of(column(index).type());
  }

  @Override
  public int getColumnCount() {
    return columns.size();
  }

  @Override
  public String getColumnLabel(int index) throws SQLException {
    return column(index).name();
  }

  @Override
  public String getColumnName(int index) throws SQLException {
    return column(index).name();
  }

  @Override
  public int getColumnType(int index) throws SQLException {
    return type(index).jdbcType();
  }

  @Override
  public String getColumnTypeName(int index) throws SQLException {
    return TypeDescription.typeName(column(index).type());
  }

  @Override
  public String getColumnClassName(int index) throws SQLException {
    return type(index).className();
  }

  @Override
  public int getPrecision(int index) throws SQLException {
    return type(index).precision();
  }

  @Override
  public int getScale(int index) throws SQLException {
    return type(index).scale();
  }

  @Override
  public int getColumnDisplaySize(int index) throws SQLException {
    return type(index).displaySize();
  }

  @Override
  public boolean isSigned(int index) throws SQLException {
    return type(index).signed();
  }

  @Override
  public boolean isCaseSensitive(int index) throws SQLException {
    return type(index).caseSensitive();
  }

  @Override
  public int isNullable(int index) throws SQLException {
    return column(index).nullable() ? columnNullable : columnNoNulls;
  }

  @Override
  public boolean isAutoIncrement(int index) throws SQLException {
    column(index);
    return false;
  }

  @Override
  public boolean isSearchable(int index) throws SQLException {
    return !column(index).type().isNested();
  }

  @Override
  public boolean isCurrency(int index) throws SQLException {
    column(index);
    return false;
  }

  /** Empty: a result does not tell where its columns come from. */
  @Override
  public String getSchemaName(int index) throws SQLException {
    column(index);
    return "";
  }

  @Override
  public String getTableName(int index) throws SQLException {
    column(index);
    return "";
  }

  @Override
  public String getCatalogName(int index) throws SQLException {
    column(index);
    return "";
  }

  @Override
  public boolean isReadOnly(int index) throws SQLException {
    column(index);
    return true;
  }

  @Override
  public boolean isWritable(int index) throws SQLException {
    column(index);
    return false;
  }

  @Override
  public boolean isDefinitelyWritable(int index) throws SQLException {
    column(index);
    return false;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return SqlErrors.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return SqlErrors.isWrapper(this, type);
  }
}
