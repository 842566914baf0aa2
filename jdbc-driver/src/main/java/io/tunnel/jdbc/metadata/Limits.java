package io.tunnel.jdbc.metadata;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** A mixin of limits; 0 means that there is none or that it is not known. */
interface Limits extends DatabaseMetaData {
  @Override
  default int getMaxBinaryLiteralLength() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxCharLiteralLength() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxColumnNameLength() throws SQLException {
    return 128;
  }

  @Override
  default int getMaxColumnsInGroupBy() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxColumnsInIndex() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxColumnsInOrderBy() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxColumnsInSelect() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxColumnsInTable() throws SQLException {
    return 1200;
  }

  @Override
  default int getMaxConnections() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxCursorNameLength() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxIndexLength() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxSchemaNameLength() throws SQLException {
    return 128;
  }

  @Override
  default int getMaxProcedureNameLength() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxCatalogNameLength() throws SQLException {
    return 128;
  }

  @Override
  default int getMaxRowSize() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxStatementLength() throws SQLException {
    return 2097152;
  }

  @Override
  default int getMaxStatements() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxTableNameLength() throws SQLException {
    return 128;
  }

  @Override
  default int getMaxTablesInSelect() throws SQLException {
    return 0;
  }

  @Override
  default int getMaxUserNameLength() throws SQLException {
    return 0;
  }
}
