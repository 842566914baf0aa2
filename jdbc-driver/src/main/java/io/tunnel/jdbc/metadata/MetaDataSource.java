package io.tunnel.jdbc.metadata;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.TunnelClient;
import java.sql.Connection;
import java.sql.SQLException;

/** What metadata needs of its connection. */
public interface MetaDataSource extends Connection {
  /** The client of the current project and schema. */
  TunnelClient client();

  /** The conversions of the connection. */
  ValueConverter converter();

  /** The URL without secrets. */
  String url();

  /** The access id; empty for an anonymous connection. */
  String userName();

  /** Throws if the connection is closed. */
  void checkOpen() throws SQLException;
}
