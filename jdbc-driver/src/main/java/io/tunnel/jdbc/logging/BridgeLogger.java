package io.tunnel.jdbc.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger that hands everything to the application's logger of the same name. INFO becomes DEBUG:
 * what the bundled libraries say when they start is no news to an application that uses a driver.
 */
final class BridgeLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private final transient ApplicationLogging application;
  private final transient Object target;

  BridgeLogger(String name, ApplicationLogging application) {
    this.name = name;
    this.application = application;
    this.target = application.logger(name);
  }

  @Override
  public boolean isTraceEnabled() {
    return application.isEnabled(target, Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return application.isEnabled(target, Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isDebugEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return application.isEnabled(target, Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return application.isEnabled(target, Level.ERROR);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return BridgeLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable throwable) {
    String message =
        arguments == null ? pattern : MessageFormatter.basicArrayFormat(pattern, arguments);
    application.log(target, level == Level.INFO ? Level.DEBUG : level, message, throwable);
  }
}
