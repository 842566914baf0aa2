package io.tunnel.jdbc.result;

import io.tunnel.jdbc.error.SqlErrors;
import java.io.InputStream;
import java.io.Reader;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import org.jspecify.annotations.NullUnmarked;

/** A mixin of the getters for types that MaxCompute does not have. */
@NullUnmarked
interface UnsupportedGetters extends ResultSet {
  @Override
  default String getCursorName() throws SQLException {
    throw SqlErrors.unsupported("A cursor name");
  }

  @Override
  default String getNString(int index) throws SQLException {
    return getString(index);
  }

  @Override
  default Reader getNCharacterStream(int index) throws SQLException {
    return getCharacterStream(index);
  }

  @Override
  @Deprecated
  default InputStream getUnicodeStream(int index) throws SQLException {
    throw SqlErrors.unsupported("getUnicodeStream; use getCharacterStream");
  }

  @Override
  default Blob getBlob(int index) throws SQLException {
    throw SqlErrors.unsupported("The type BLOB; use getBytes or getBinaryStream");
  }

  @Override
  default Clob getClob(int index) throws SQLException {
    throw SqlErrors.unsupported("The type CLOB; use getString or getCharacterStream");
  }

  @Override
  default NClob getNClob(int index) throws SQLException {
    throw SqlErrors.unsupported("The type NCLOB; use getString or getCharacterStream");
  }

  @Override
  default SQLXML getSQLXML(int index) throws SQLException {
    throw SqlErrors.unsupported("The type SQLXML; use getString");
  }

  @Override
  default Ref getRef(int index) throws SQLException {
    throw SqlErrors.unsupported("The type REF");
  }

  @Override
  default RowId getRowId(int index) throws SQLException {
    throw SqlErrors.unsupported("The type ROWID");
  }

  @Override
  default URL getURL(int index) throws SQLException {
    throw SqlErrors.unsupported("The type DATALINK; use getString");
  }
}
