package io.tunnel.jdbc.metadata;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** A mixin of what MaxCompute does not have, or does not tell: results without rows. */
@NullUnmarked
interface EmptyLists extends DatabaseMetaData {
  /** The columns of the three methods about foreign keys. */
  String FOREIGN_KEYS =
      "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME PKCOLUMN_NAME FKTABLE_CAT FKTABLE_SCHEM FKTABLE_NAME"
          + " FKCOLUMN_NAME KEY_SEQ:smallint UPDATE_RULE:smallint DELETE_RULE:smallint FK_NAME"
          + " PK_NAME DEFERRABILITY:smallint";

  /** A result of these columns without rows. */
  ResultSet empty(String columns) throws SQLException;

  @Override
  default ResultSet getProcedures(String catalog, String schemaPattern, String namePattern)
      throws SQLException {
    return empty(
        "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME RESERVED1 RESERVED2"
            + " RESERVED3 REMARKS PROCEDURE_TYPE:smallint SPECIFIC_NAME");
  }

  @Override
  default ResultSet getProcedureColumns(
      String catalog, String schemaPattern, String namePattern, String columnPattern)
      throws SQLException {
    return empty(
        "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME COLUMN_NAME"
            + " COLUMN_TYPE:smallint DATA_TYPE:int TYPE_NAME PRECISION:int LENGTH:int"
            + " SCALE:smallint RADIX:smallint NULLABLE:smallint REMARKS COLUMN_DEF"
            + " SQL_DATA_TYPE:int SQL_DATETIME_SUB:int CHAR_OCTET_LENGTH:int"
            + " ORDINAL_POSITION:int IS_NULLABLE SPECIFIC_NAME");
  }

  @Override
  default ResultSet getColumnPrivileges(
      String catalog, String schema, String table, String columnPattern) throws SQLException {
    return empty(
        "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME GRANTOR GRANTEE PRIVILEGE" + " IS_GRANTABLE");
  }

  @Override
  default ResultSet getTablePrivileges(String catalog, String schemaPattern, String tablePattern)
      throws SQLException {
    return empty("TABLE_CAT TABLE_SCHEM TABLE_NAME GRANTOR GRANTEE PRIVILEGE" + " IS_GRANTABLE");
  }

  @Override
  default ResultSet getVersionColumns(String catalog, String schema, String table)
      throws SQLException {
    return empty(
        "SCOPE:smallint COLUMN_NAME DATA_TYPE:int TYPE_NAME COLUMN_SIZE:int"
            + " BUFFER_LENGTH:int DECIMAL_DIGITS:smallint PSEUDO_COLUMN:smallint");
  }

  @Override
  default ResultSet getImportedKeys(String catalog, String schema, String table)
      throws SQLException {
    return empty(FOREIGN_KEYS);
  }

  @Override
  default ResultSet getExportedKeys(String catalog, String schema, String table)
      throws SQLException {
    return empty(FOREIGN_KEYS);
  }

  @Override
  default ResultSet getCrossReference(
      String parentCatalog,
      String parentSchema,
      String parentTable,
      String foreignCatalog,
      String foreignSchema,
      String foreignTable)
      throws SQLException {
    return empty(FOREIGN_KEYS);
  }

  @Override
  default ResultSet getIndexInfo(
      String catalog, String schema, String table, boolean unique, boolean approximate)
      throws SQLException {
    return empty(
        "TABLE_CAT TABLE_SCHEM TABLE_NAME NON_UNIQUE:boolean INDEX_QUALIFIER"
            + " INDEX_NAME TYPE:smallint ORDINAL_POSITION:smallint COLUMN_NAME"
            + " ASC_OR_DESC CARDINALITY:bigint PAGES:bigint FILTER_CONDITION");
  }

  @Override
  default ResultSet getUDTs(String catalog, String schemaPattern, String namePattern, int[] types)
      throws SQLException {
    return empty(
        "TYPE_CAT TYPE_SCHEM TYPE_NAME CLASS_NAME DATA_TYPE:int REMARKS" + " BASE_TYPE:smallint");
  }

  @Override
  default ResultSet getSuperTypes(String catalog, String schemaPattern, String namePattern)
      throws SQLException {
    return empty("TYPE_CAT TYPE_SCHEM TYPE_NAME SUPERTYPE_CAT SUPERTYPE_SCHEM" + " SUPERTYPE_NAME");
  }

  @Override
  default ResultSet getSuperTables(String catalog, String schemaPattern, String namePattern)
      throws SQLException {
    return empty("TABLE_CAT TABLE_SCHEM TABLE_NAME SUPERTABLE_NAME");
  }

  @Override
  default ResultSet getAttributes(
      String catalog, String schemaPattern, String typePattern, String attributePattern)
      throws SQLException {
    return empty(
        "TYPE_CAT TYPE_SCHEM TYPE_NAME ATTR_NAME DATA_TYPE:int ATTR_TYPE_NAME"
            + " ATTR_SIZE:int DECIMAL_DIGITS:int NUM_PREC_RADIX:int NULLABLE:int"
            + " REMARKS ATTR_DEF SQL_DATA_TYPE:int SQL_DATETIME_SUB:int"
            + " CHAR_OCTET_LENGTH:int ORDINAL_POSITION:int IS_NULLABLE SCOPE_CATALOG"
            + " SCOPE_SCHEMA SCOPE_TABLE SOURCE_DATA_TYPE:smallint");
  }

  @Override
  default ResultSet getFunctions(String catalog, String schemaPattern, String namePattern)
      throws SQLException {
    return empty(
        "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME REMARKS"
            + " FUNCTION_TYPE:smallint SPECIFIC_NAME");
  }

  @Override
  default ResultSet getFunctionColumns(
      String catalog, String schemaPattern, String namePattern, String columnPattern)
      throws SQLException {
    return empty(
        "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME COLUMN_NAME"
            + " COLUMN_TYPE:smallint DATA_TYPE:int TYPE_NAME PRECISION:int LENGTH:int"
            + " SCALE:smallint RADIX:smallint NULLABLE:smallint REMARKS"
            + " CHAR_OCTET_LENGTH:int ORDINAL_POSITION:int IS_NULLABLE SPECIFIC_NAME");
  }

  @Override
  default ResultSet getPseudoColumns(
      String catalog, String schemaPattern, String tablePattern, String columnPattern)
      throws SQLException {
    return empty(
        "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE:int"
            + " COLUMN_SIZE:int DECIMAL_DIGITS:int NUM_PREC_RADIX:int COLUMN_USAGE"
            + " REMARKS CHAR_OCTET_LENGTH:int IS_NULLABLE");
  }
}
