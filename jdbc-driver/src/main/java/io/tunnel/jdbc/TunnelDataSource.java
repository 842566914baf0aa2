package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one URL, for application servers and pools; it does not pool itself. Set it up in
 * one thread, use it in any number.
 */
public final class TunnelDataSource implements DataSource {
  private final TunnelDriver driver = new TunnelDriver();
  private final Properties properties = new Properties();
  private volatile String url = "";
  private volatile @Nullable PrintWriter logWriter;
  private volatile int loginTimeout;

  /** Creates a data source without a URL. */
  public TunnelDataSource() {}

  /** Creates a data source of a URL. */
  public TunnelDataSource(String url) {
    this.url = url;
  }

  /** The URL. */
  public String getUrl() {
    return url;
  }

  /** Sets the URL. */
  public void setUrl(String url) {
    this.url = url;
  }

  /** The access id, or null. */
  public @Nullable String getUser() {
    return properties.getProperty("user");
  }

  /** Sets the access id. */
  public void setUser(String user) {
    properties.setProperty("user", user);
  }

  /** Sets the access key; it cannot be read back. */
  public void setPassword(String password) {
    properties.setProperty("password", password);
  }

  /** Sets any option of the URL. */
  public void setProperty(String name, String value) {
    properties.setProperty(name, value);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connect(properties);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    Properties all = new Properties();
    properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
    all.setProperty("user", user);
    all.setProperty("password", password);
    return connect(all);
  }

  private Connection connect(Properties all) throws SQLException {
    Properties limited = new Properties();
    all.stringPropertyNames().forEach(name -> limited.put(name, all.getProperty(name)));
    if (loginTimeout > 0) {
      limited.putIfAbsent("connectTimeout", loginTimeout + "s");
    }
    Connection connection = driver.connect(url, limited);
    if (connection == null) {
      throw SqlErrors.url("The URL must begin with " + ConnectionUrl.PREFIX);
    }
    return connection;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return logWriter;
  }

  /** Remembered only: the driver logs through SLF4J. */
  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    logWriter = out;
  }

  /** Sets the connect time-out in seconds; 0 leaves it to the options. */
  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    if (seconds < 0) {
      throw SqlErrors.invalidArgument("The login timeout " + seconds + " must not be negative");
    }
    loginTimeout = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return driver.getParentLogger();
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
