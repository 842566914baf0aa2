package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PrimitiveType;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known about parameters; one without a column counts as STRING of unknown nullability. */
final class ParameterColumns implements ParameterMetaData {
  private static final Column UNKNOWN = Column.of("?", PrimitiveType.STRING);

  private final List<@Nullable Column> columns;

  ParameterColumns(List<@Nullable Column> columns) {
    this.columns = columns;
  }

  private @Nullable Column known(int index) throws SQLException {
    if (index < 1 || index > columns.size()) {
      throw SqlErrors.noSuchParameter(index, columns.size());
    }
    return columns.get(index - 1);
  }

  private TypeDescription type(int index) throws SQLException {
    Column column = known(index);
    return TypeDescription.of(column == null ? UNKNOWN.type() : column.type());
  }

  @Override
  public int getParameterCount() {
    return columns.size();
  }

  @Override
  public int isNullable(int index) throws SQLException {
    Column column = known(index);
    if (column == null) {
      return parameterNullableUnknown;
    }
    return column.nullable() ? parameterNullable : parameterNoNulls;
  }

  @Override
  public boolean isSigned(int index) throws SQLException {
    return type(index).signed();
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
  public int getParameterType(int index) throws SQLException {
    return type(index).jdbcType();
  }

  @Override
  public String getParameterTypeName(int index) throws SQLException {
    Column column = known(index);
    return TypeDescription.typeName(column == null ? UNKNOWN.type() : column.type());
  }

  @Override
  public String getParameterClassName(int index) throws SQLException {
    return type(index).className();
  }

  @Override
  public int getParameterMode(int index) throws SQLException {
    known(index);
    return parameterModeIn;
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
