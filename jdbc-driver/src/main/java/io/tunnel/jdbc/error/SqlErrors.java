package io.tunnel.jdbc.error;

import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.TunnelException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one factory of exceptions: SQLState, vendor code (the digits of ODPS-…) and subclass. */
public final class SqlErrors {
  private SqlErrors() {}

  /**
   * Turns whatever went wrong into an SQLException. An SQLException comes back as it is.
   *
   * @param action what was being done, as the beginning of a sentence: "Reading the next row"
   */
  public static SQLException of(String action, Throwable cause) {
    if (cause instanceof SQLException e) {
      return e;
    }
    if (cause instanceof TunnelException e) {
      return ofService(action, e);
    }
    if (cause instanceof UncheckedIOException e && e.getCause() != null) {
      return of(action, e.getCause());
    }
    if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return create(
          action + " was interrupted: " + cause.getMessage(), SqlStates.CANCELLED, 0, cause);
    }
    if (cause instanceof IOException) {
      return create(failed(action, cause), SqlStates.CONNECTION_BROKEN, 0, cause);
    }
    return create(failed(action, cause), SqlStates.GENERAL, 0, cause);
  }

  private static String failed(String action, Throwable cause) {
    return action + " failed: " + (cause.getMessage() == null ? cause : cause.getMessage());
  }

  private static SQLException ofService(String action, TunnelException e) {
    String code = e.code() == null ? "" : e.code();
    String message = String.valueOf(e.getMessage());
    int vendorCode = SqlStates.vendorCode(code, message);
    String state = SqlStates.of(code, vendorCode, e.status());
    return create(action + " failed: " + message, state, vendorCode, e);
  }

  /** Opening a connection failed; a missing answer is state 08001 here. */
  public static SQLException connect(String target, Throwable cause) {
    SQLException e = of("Connecting to " + target, cause);
    return SqlStates.CONNECTION_BROKEN.equals(e.getSQLState())
        ? create(String.valueOf(e.getMessage()), SqlStates.CONNECTION_FAILED, 0, cause)
        : e;
  }

  /** A connection URL or option is wrong. */
  public static SQLException url(String message) {
    return create(message, SqlStates.CONNECTION_FAILED, 0, null);
  }

  /** JDBC allows it, this driver does not have it. */
  public static SQLFeatureNotSupportedException unsupported(String feature) {
    return new SQLFeatureNotSupportedException(
        feature + " is not supported", SqlStates.UNSUPPORTED);
  }

  /** The object was closed. */
  public static SQLException closed(String object) {
    return create("This " + object + " is closed", SqlStates.CONNECTION_CLOSED, 0, null);
  }

  /** The call does not fit the object's state. */
  public static SQLException invalidState(String message) {
    return create(message, SqlStates.INVALID_STATE, 0, null);
  }

  /** An argument is wrong. */
  public static SQLException invalidArgument(String message) {
    return create(message, SqlStates.INVALID_ARGUMENT, 0, null);
  }

  /** A column position is wrong. */
  public static SQLException noSuchColumn(int index, int count) {
    return create(
        "There is no column " + index + "; the result has " + count + " columns",
        SqlStates.NO_SUCH_COLUMN,
        0,
        null);
  }

  /** A column label is wrong. */
  public static SQLException noSuchColumn(@Nullable String label, List<String> known) {
    return create(
        "There is no column \"" + label + "\"; the result has " + String.join(", ", known),
        SqlStates.NO_SUCH_COLUMN,
        0,
        null);
  }

  /** A statement names a column that its table lacks. */
  public static SQLException unknownColumn(String message) {
    return create(message, SqlStates.NO_SUCH_COLUMN, 0, null);
  }

  /** A row of VALUES has too many or too few values. */
  public static SQLException wrongArity(String message) {
    return create(message, SqlStates.WRONG_ARITY, 0, null);
  }

  /** Rows cannot be written by key, because there is none. */
  public static SQLException noPrimaryKey(String message) {
    return create(message, SqlStates.NO_PRIMARY_KEY, 0, null);
  }

  /** A key was to be changed. */
  public static SQLException keyUpdate(String message) {
    return create(message, SqlStates.UNSUPPORTED, 0, null);
  }

  /** More keys than can be remembered. */
  public static SQLException tooManyKeys(String message) {
    return create(message, SqlStates.TOO_MUCH, 0, null);
  }

  /** The statement cannot be parsed. */
  public static SQLException syntax(String message, @Nullable Throwable cause) {
    return create(message, SqlStates.SYNTAX, 0, cause);
  }

  /** A parameter has no value. */
  public static SQLException missingParameter(int index, int count) {
    return create(
        "Parameter " + index + " of " + count + " has no value; set it first",
        SqlStates.MISSING_PARAMETER,
        0,
        null);
  }

  /** A parameter position is wrong. */
  public static SQLException noSuchParameter(int index, int count) {
    return create(
        "There is no parameter " + index + "; the statement has " + count,
        SqlStates.MISSING_PARAMETER,
        0,
        null);
  }

  /** Rows are missing. */
  public static SQLException incomplete(long received, long promised) {
    return create(
        "The result ended after row " + received + " of " + promised + "; run the query again",
        SqlStates.CONNECTION_BROKEN,
        0,
        null);
  }

  /** A commit after a failed write: everything was rolled back. */
  public static SQLException aborted(SQLException cause) {
    return create(
        "Nothing was committed, because an earlier write of the transaction failed: "
            + cause.getMessage(),
        SqlStates.ABORTED,
        cause.getErrorCode(),
        cause);
  }

  /** The statement was cancelled by {@code cancel()}. */
  public static SQLException cancelled() {
    return create("The statement was cancelled", SqlStates.CANCELLED, 0, null);
  }

  /** The statement ran longer than its query timeout. */
  public static SQLException timeout(int seconds) {
    return create(
        "The statement did not end within its query timeout of " + seconds + " s and was cancelled",
        SqlStates.TIMEOUT,
        0,
        null);
  }

  /**
   * A value does not fit.
   *
   * @param where row and column: "Row 3, column price"
   * @param what type and value, or the type alone
   */
  public static SQLException value(String where, String what, ValueException e) {
    return create(where + " (" + what + "): " + e.getMessage(), e.sqlState(), 0, e);
  }

  /** NULL where none may stand. */
  public static SQLException nullNotAllowed(String message) {
    return create(message, ValueException.NULL_NOT_ALLOWED, 0, null);
  }

  /** {@link java.sql.Wrapper#unwrap} for objects that wrap nothing but themselves. */
  public static <T> T unwrap(Object object, @Nullable Class<T> type) throws SQLException {
    if (type != null && isWrapper(object, type)) {
      return type.cast(object);
    }
    throw invalidArgument(
        object.getClass().getSimpleName()
            + " is not a wrapper for "
            + (type == null ? null : type.getName()));
  }

  /** {@link java.sql.Wrapper#isWrapperFor} for the same objects. */
  public static boolean isWrapper(Object object, @Nullable Class<?> type) throws SQLException {
    if (type == null) {
      throw invalidArgument("The interface to unwrap is null");
    }
    return type.isInstance(object);
  }

  /** An exception of the subclass that belongs to the SQLState. */
  public static SQLException create(
      String message, String state, int vendorCode, @Nullable Throwable cause) {
    return switch (state.substring(0, 2)) {
      case "0A" -> new SQLFeatureNotSupportedException(message, state, vendorCode, cause);
      case "08" ->
          state.equals(SqlStates.CONNECTION_BROKEN)
              ? new SQLTransientConnectionException(message, state, vendorCode, cause)
              : new SQLNonTransientConnectionException(message, state, vendorCode, cause);
      case "22", "07" -> new SQLDataException(message, state, vendorCode, cause);
      case "23" -> new SQLIntegrityConstraintViolationException(message, state, vendorCode, cause);
      case "28" -> new SQLInvalidAuthorizationSpecException(message, state, vendorCode, cause);
      case "40" -> new SQLTransactionRollbackException(message, state, vendorCode, cause);
      case "21", "42", "3D", "3F" -> new SQLSyntaxErrorException(message, state, vendorCode, cause);
      case "53" -> new SQLTransientException(message, state, vendorCode, cause);
      case "57" -> new SQLNonTransientException(message, state, vendorCode, cause);
      default ->
          state.equals(SqlStates.TIMEOUT)
              ? new SQLTimeoutException(message, state, vendorCode, cause)
              : new SQLException(message, state, vendorCode, cause);
    };
  }
}
