package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.ConnectionOption;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The driver of {@code jdbc:tunnel:} URLs. It registers itself when its class is loaded, which
 * DriverManager does by itself. Thread safe.
 */
public final class TunnelDriver implements Driver {
  static final int MAJOR_VERSION = 0;
  static final int MINOR_VERSION = 1;

  static {
    try {
      DriverManager.registerDriver(new TunnelDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Creates a driver; all are alike. */
  public TunnelDriver() {}

  /**
   * Opens a connection and makes sure that the service accepts it.
   *
   * @return null if the URL is not for this driver
   * @throws SQLException 08001 for a malformed URL, an unknown option (the message has the nearest
   *     known name) or a service that cannot be reached, 28000 for wrong credentials, 3D000 for an
   *     unknown project
   */
  @Override
  public @Nullable Connection connect(@Nullable String url, @Nullable Properties info)
      throws SQLException {
    if (url == null) {
      throw SqlErrors.url("The URL is null");
    }
    if (!acceptsURL(url)) {
      return null;
    }
    try {
      Properties properties = info == null ? new Properties() : info;
      return TunnelConnection.open(url, ConnectionSettings.read(url, properties));
    } catch (RuntimeException | LinkageError e) {
      throw SqlErrors.connect("the service", e);
    }
  }

  @Override
  public boolean acceptsURL(@Nullable String url) {
    return ConnectionUrl.accepts(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(@Nullable String url, @Nullable Properties info)
      throws SQLException {
    Properties given = new Properties();
    if (url != null && acceptsURL(url)) {
      given.putAll(ConnectionUrl.parse(url).options());
    }
    if (info != null) {
      info.stringPropertyNames().forEach(name -> given.put(name, info.getProperty(name)));
    }
    List<DriverPropertyInfo> infos = new ArrayList<>();
    for (ConnectionOption option : ConnectionOption.values()) {
      if (option != ConnectionOption.ENDPOINT) {
        infos.add(info(given, option.text(), option.description(), option.defaultValue()));
      }
    }
    for (DriverOption option : DriverOption.values()) {
      infos.add(info(given, option.text(), option.description(), option.defaultValue()));
    }
    return infos.toArray(new DriverPropertyInfo[0]);
  }

  private static DriverPropertyInfo info(
      Properties given, String name, String description, @Nullable String defaultValue) {
    DriverPropertyInfo info = new DriverPropertyInfo(name, given.getProperty(name, defaultValue));
    info.description = description;
    info.required = name.equals(ConnectionOption.PROJECT.text());
    if ("true".equals(defaultValue) || "false".equals(defaultValue)) {
      info.choices = new String[] {"true", "false"};
    } else if (name.equals(DriverOption.ROW_COUNTS.text())) {
      info.choices = new String[] {"exact", "unknown"};
    }
    return info;
  }

  @Override
  public int getMajorVersion() {
    return MAJOR_VERSION;
  }

  @Override
  public int getMinorVersion() {
    return MINOR_VERSION;
  }

  /** False: not every SQL statement that JDBC compliance asks for exists in MaxCompute. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlErrors.unsupported("java.util.logging; the driver logs through SLF4J");
  }
}
