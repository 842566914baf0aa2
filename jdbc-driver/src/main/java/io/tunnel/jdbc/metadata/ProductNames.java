package io.tunnel.jdbc.metadata;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** A mixin of names, terms and versions. */
interface ProductNames extends DatabaseMetaData {
  @Override
  default String getDatabaseProductName() throws SQLException {
    return "MaxCompute";
  }

  /** The service does not tell its version; this is that of its HTTP API. */
  @Override
  default String getDatabaseProductVersion() throws SQLException {
    return getDatabaseMajorVersion() + "." + getDatabaseMinorVersion();
  }

  @Override
  default int getDatabaseMajorVersion() throws SQLException {
    return 2;
  }

  @Override
  default int getDatabaseMinorVersion() throws SQLException {
    return 0;
  }

  @Override
  default String getDriverName() throws SQLException {
    return "Tunnel JDBC driver";
  }

  @Override
  default String getDriverVersion() throws SQLException {
    return getDriverMajorVersion() + "." + getDriverMinorVersion();
  }

  @Override
  default int getDriverMajorVersion() {
    return 0;
  }

  @Override
  default int getDriverMinorVersion() {
    return 1;
  }

  @Override
  default int getJDBCMajorVersion() throws SQLException {
    return 4;
  }

  @Override
  default int getJDBCMinorVersion() throws SQLException {
    return 3;
  }

  @Override
  default String getIdentifierQuoteString() throws SQLException {
    return "`";
  }

  @Override
  default String getSearchStringEscape() throws SQLException {
    return String.valueOf(NamePattern.ESCAPE);
  }

  @Override
  default String getExtraNameCharacters() throws SQLException {
    return "";
  }

  @Override
  default String getSchemaTerm() throws SQLException {
    return "schema";
  }

  @Override
  default String getProcedureTerm() throws SQLException {
    return "procedure";
  }

  @Override
  default String getCatalogTerm() throws SQLException {
    return "project";
  }

  @Override
  default String getCatalogSeparator() throws SQLException {
    return ".";
  }

  /** Words that MaxCompute reserves beyond those of SQL:2003. */
  @Override
  default String getSQLKeywords() throws SQLException {
    return "ADD,ANALYZE,BUCKETS,CHANGE,CLUSTERED,COMMENT,CONCATENATE,DATABASE,DATETIME,DESC,"
        + "DIRECTORY,EXPLAIN,EXPORT,FIELDS,FILEFORMAT,FUNCTIONS,IMPORT,INDEX,LIFECYCLE,LIMIT,"
        + "LINES,LOAD,LOCATION,OVERWRITE,PARTITIONED,PARTITIONS,RENAME,REPLACE,RLIKE,SHOW,SORT,"
        + "SORTED,STORED,STRING,TBLPROPERTIES,TEMPORARY,TINYINT,TOUCH,UNARCHIVE,USE,VIEW";
  }

  @Override
  default String getNumericFunctions() throws SQLException {
    return "ABS,ACOS,ASIN,ATAN,CEIL,CONV,COS,COSH,COT,EXP,FLOOR,LN,LOG,POW,RAND,ROUND,SIN,SINH,"
        + "SQRT,TAN,TANH,TRUNC";
  }

  @Override
  default String getStringFunctions() throws SQLException {
    return "CHR,CONCAT,CONCAT_WS,INSTR,LENGTH,LENGTHB,LOWER,LPAD,LTRIM,MD5,REPEAT,REVERSE,RPAD,"
        + "RTRIM,SPLIT,SPLIT_PART,SUBSTR,TOLOWER,TOUPPER,TRIM,UPPER";
  }

  @Override
  default String getSystemFunctions() throws SQLException {
    return "COALESCE,DECODE,GREATEST,IF,LEAST,NVL";
  }

  @Override
  default String getTimeDateFunctions() throws SQLException {
    return "DATEADD,DATEDIFF,DATEPART,DATETRUNC,DAY,FROM_UNIXTIME,GETDATE,HOUR,LASTDAY,MINUTE,"
        + "MONTH,SECOND,TO_CHAR,TO_DATE,UNIX_TIMESTAMP,WEEKDAY,WEEKOFYEAR,YEAR";
  }
}
