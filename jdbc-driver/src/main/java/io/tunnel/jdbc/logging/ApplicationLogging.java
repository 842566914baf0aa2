package io.tunnel.jdbc.logging;

import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The application's SLF4J, of any version, by reflection. */
final class ApplicationLogging {
  private final Method getLogger;
  private final Map<Level, Method> isEnabled = new EnumMap<>(Level.class);
  private final Map<Level, Method> log = new EnumMap<>(Level.class);

  private ApplicationLogging(Class<?> factory, Class<?> logger) throws NoSuchMethodException {
    getLogger = factory.getMethod("getLogger", String.class);
    for (Level level : Level.values()) {
      String name = level.name().toLowerCase(Locale.ROOT);
      String upper = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      isEnabled.put(level, logger.getMethod("is" + upper + "Enabled"));
      log.put(level, logger.getMethod(name, String.class, Throwable.class));
    }
  }

  /** Null if the application has none. */
  static @Nullable ApplicationLogging find() {
    ClassLoader loader = ApplicationLogging.class.getClassLoader();
    try {
      return new ApplicationLogging(load("LoggerFactory", loader), load("Logger", loader));
    } catch (ReflectiveOperationException | LinkageError e) {
      return null;
    }
  }

  /** The name is put together at run time: a constant would be relocated with everything else. */
  private static Class<?> load(String simpleName, @Nullable ClassLoader loader)
      throws ClassNotFoundException {
    return Class.forName(String.join(".", "org", "slf4j", simpleName), true, loader);
  }

  Object logger(String name) {
    return call(getLogger, null, name);
  }

  boolean isEnabled(Object logger, Level level) {
    return (Boolean) call(method(isEnabled, level), logger);
  }

  void log(Object logger, Level level, String message, @Nullable Throwable throwable) {
    try {
      method(log, level).invoke(logger, message, throwable);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SLF4J of the application failed", e);
    }
  }

  private static Method method(Map<Level, Method> methods, Level level) {
    Method method = methods.get(level);
    if (method == null) {
      throw new IllegalStateException("No method for " + level);
    }
    return method;
  }

  private static Object call(Method method, @Nullable Object target, Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SLF4J of the application failed", e);
    }
  }
}
