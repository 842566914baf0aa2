package io.tunnel.jdbc.metadata;

import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns and types as rows of metadata. */
final class TypeRows {
  static final String COLUMNS =
      "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE:int TYPE_NAME COLUMN_SIZE:int"
          + " BUFFER_LENGTH:int DECIMAL_DIGITS:int NUM_PREC_RADIX:int NULLABLE:int REMARKS"
          + " COLUMN_DEF SQL_DATA_TYPE:int SQL_DATETIME_SUB:int CHAR_OCTET_LENGTH:int"
          + " ORDINAL_POSITION:int IS_NULLABLE SCOPE_CATALOG SCOPE_SCHEMA SCOPE_TABLE"
          + " SOURCE_DATA_TYPE:smallint IS_AUTOINCREMENT IS_GENERATEDCOLUMN";

  static final String TYPES =
      "TYPE_NAME DATA_TYPE:int PRECISION:int LITERAL_PREFIX LITERAL_SUFFIX CREATE_PARAMS"
          + " NULLABLE:smallint CASE_SENSITIVE:boolean SEARCHABLE:smallint"
          + " UNSIGNED_ATTRIBUTE:boolean FIXED_PREC_SCALE:boolean AUTO_INCREMENT:boolean"
          + " LOCAL_TYPE_NAME MINIMUM_SCALE:smallint MAXIMUM_SCALE:smallint SQL_DATA_TYPE:int"
          + " SQL_DATETIME_SUB:int NUM_PREC_RADIX:int";

  /** A type as getTypeInfo shows it. */
  private record TypeRow(
      String name,
      MaxComputeType example,
      @Nullable String prefix,
      @Nullable String suffix,
      @Nullable String parameters) {}

  private static final List<TypeRow> ALL =
      List.of(
          plain(PrimitiveType.TINYINT),
          plain(PrimitiveType.SMALLINT),
          plain(PrimitiveType.INT),
          plain(PrimitiveType.BIGINT),
          plain(PrimitiveType.FLOAT),
          plain(PrimitiveType.DOUBLE),
          plain(PrimitiveType.BOOLEAN),
          new TypeRow("DECIMAL", new DecimalType(38, 18), null, "BD", "precision,scale"),
          quoted(PrimitiveType.STRING, "'"),
          new TypeRow("CHAR", new CharType(CharType.MAX_LENGTH), "'", "'", "length"),
          new TypeRow("VARCHAR", new VarcharType(VarcharType.MAX_LENGTH), "'", "'", "length"),
          quoted(PrimitiveType.JSON, "JSON '"),
          new TypeRow("BINARY", PrimitiveType.BINARY, "unhex('", "')", null),
          quoted(PrimitiveType.DATE, "DATE '"),
          quoted(PrimitiveType.DATETIME, "DATETIME '"),
          quoted(PrimitiveType.TIMESTAMP, "TIMESTAMP '"),
          quoted(PrimitiveType.TIMESTAMP_NTZ, "TIMESTAMP_NTZ '"),
          plain(PrimitiveType.INTERVAL_YEAR_MONTH),
          plain(PrimitiveType.INTERVAL_DAY_TIME),
          new TypeRow("ARRAY", MaxComputeType.parse("array<string>"), "array(", ")", "type"),
          new TypeRow("MAP", MaxComputeType.parse("map<string,string>"), "map(", ")", "key,value"),
          new TypeRow("STRUCT", MaxComputeType.parse("struct<a:string>"), null, null, "fields"));

  private TypeRows() {}

  private static TypeRow plain(PrimitiveType type) {
    return new TypeRow(type.name(), type, null, null, null);
  }

  private static TypeRow quoted(PrimitiveType type, String prefix) {
    return new TypeRow(type.name(), type, prefix, "'", null);
  }

  /** Fills the rows of getTypeInfo, ordered by type code. */
  static void addTypes(MetaDataRows rows) {
    ALL.stream()
        .sorted(Comparator.comparingInt(row -> TypeDescription.of(row.example()).jdbcType()))
        .forEach(row -> addType(rows, row));
  }

  private static void addType(MetaDataRows rows, TypeRow row) {
    TypeDescription type = TypeDescription.of(row.example());
    boolean nested = row.example().isNested();
    boolean decimal = row.example() instanceof DecimalType;
    rows.add(
        row.name(),
        type.jdbcType(),
        type.precision(),
        row.prefix(),
        row.suffix(),
        row.parameters(),
        DatabaseMetaData.typeNullable,
        type.caseSensitive(),
        nested ? DatabaseMetaData.typePredNone : DatabaseMetaData.typeSearchable,
        !type.signed(),
        false,
        false,
        null,
        decimal ? 0 : type.scale(),
        decimal ? DecimalType.MAX_SCALE : type.scale(),
        0,
        0,
        radix(type));
  }

  /** Adds the row of a column. */
  static void addColumn(
      MetaDataRows rows,
      String catalog,
      @Nullable String schema,
      String table,
      Column column,
      int position) {
    TypeDescription type = TypeDescription.of(column.type());
    boolean text = type.jdbcType() == Types.VARCHAR || type.jdbcType() == Types.CHAR;
    boolean bytes = type.jdbcType() == Types.VARBINARY;
    rows.add(
        catalog,
        schema,
        table,
        column.name(),
        type.jdbcType(),
        TypeDescription.typeName(column.type()),
        type.precision(),
        null,
        type.scale(),
        radix(type),
        column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
        column.comment(),
        column.defaultValue(),
        null,
        null,
        text || bytes ? (Object) octets(type, text) : null,
        position,
        column.nullable() ? "YES" : "NO",
        null,
        null,
        null,
        null,
        "NO",
        "NO");
  }

  /** Adds the row of a column that identifies rows. */
  static void addIdentifying(MetaDataRows rows, Column column) {
    TypeDescription type = TypeDescription.of(column.type());
    rows.add(
        DatabaseMetaData.bestRowSession,
        column.name(),
        type.jdbcType(),
        TypeDescription.typeName(column.type()),
        type.precision(),
        null,
        type.scale(),
        DatabaseMetaData.bestRowNotPseudo);
  }

  private static int octets(TypeDescription type, boolean text) {
    return (int) Math.min(TypeDescription.MAX_FIELD_BYTES, type.precision() * (text ? 4L : 1L));
  }

  private static @Nullable Integer radix(TypeDescription type) {
    return switch (type.jdbcType()) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.DOUBLE,
          Types.DECIMAL ->
          10;
      default -> null;
    };
  }
}
