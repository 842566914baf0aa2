package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/** Says one function's call in DuckDB's words. */
@FunctionalInterface
interface FunctionRewrite {

  /**
   * The call's translation.
   *
   * @param call the call as parsed, for its quantifier and its place in the text
   * @param arguments its arguments, already rewritten
   */
  SqlNode rewrite(SqlCall call, List<SqlNode> arguments);
}
