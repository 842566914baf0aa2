package io.tunnel.jdbc.result;

import io.tunnel.jdbc.error.SqlErrors;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A mixin that refuses every way but forward. */
interface ForwardOnlyResultSet extends ResultSet {
  private static SQLException forwardOnly() {
    return SqlErrors.unsupported("Moving a forward-only result set in another way than next()");
  }

  @Override
  default int getType() throws SQLException {
    return ResultSet.TYPE_FORWARD_ONLY;
  }

  @Override
  default int getFetchDirection() throws SQLException {
    return ResultSet.FETCH_FORWARD;
  }

  @Override
  default void setFetchDirection(int direction) throws SQLException {
    if (direction != ResultSet.FETCH_FORWARD) {
      throw forwardOnly();
    }
  }

  @Override
  default void beforeFirst() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default void afterLast() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default void refreshRow() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default boolean first() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default boolean last() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default boolean previous() throws SQLException {
    throw forwardOnly();
  }

  @Override
  default boolean absolute(int row) throws SQLException {
    throw forwardOnly();
  }

  @Override
  default boolean relative(int rows) throws SQLException {
    throw forwardOnly();
  }
}
