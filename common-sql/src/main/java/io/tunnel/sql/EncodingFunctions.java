package io.tunnel.sql;

import io.tunnel.sql.parser.DataTypeName;
import io.tunnel.sql.parser.StatementParser;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/** JSON, URLs, digests and other forms in which strings hold something else. */
final class EncodingFunctions {
  private EncodingFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    catalog.template("get_json_object", 2, "tunnel_get_json_object(mc_string({0}), {1})");
    catalog.template("to_json", 1, "CAST(to_json({0}) AS VARCHAR)");
    catalog.rewritten("from_json", 2, 2, EncodingFunctions::fromJson);
    catalog.rewritten("parse_url", 2, 3, EncodingFunctions::parseUrl);
    catalog.rewritten("url_encode", 1, 2, (call, a) -> url(call, "tunnel_url_encode", a));
    catalog.rewritten("url_decode", 1, 2, (call, a) -> url(call, "tunnel_url_decode", a));
    catalog.template("base64", 1, "to_base64(mc_binary({0}))");
    catalog.template("unbase64", 1, "from_base64({0})");
    catalog.template("hex", 1, "hex({0})");
    catalog.template("unhex", 1, "unhex({0})");
    catalog.template("sha", 1, "sha1(mc_string({0}))");
    catalog.template("sha1", 1, "sha1(mc_string({0}))");
    catalog.template("sha2", 2, "tunnel_sha2(mc_string({0}), CAST({1} AS VARCHAR))");
    catalog.template("crc32", 1, "CAST(tunnel_crc32(mc_string({0})) AS BIGINT)");
    catalog.template("soundex", 1, "tunnel_soundex(mc_string({0}))");
    catalog.template(
        "format_number", 2, "tunnel_format_number(CAST({0} AS VARCHAR), CAST({1} AS VARCHAR))");
    catalog.rewritten(
        "encode",
        2,
        2,
        (call, arguments) -> {
          StringFunctions.requireUtf8(call, arguments.get(1));
          return DuckDbNodes.template("encode(mc_string({0}))", arguments.get(0));
        });
  }

  /** FROM_JSON(text, 'array&lt;int&gt;'): NULL when the text does not have that shape. */
  private static SqlNode fromJson(SqlCall call, List<SqlNode> arguments) {
    String schema = DateFunctions.constant(call, arguments.get(1), "type");
    try {
      DataTypeName type = new StatementParser(schema).type();
      return DuckDbNodes.template(
          "TRY_CAST(TRY_CAST({0} AS JSON) AS "
              + DuckDbTypes.duckDbType(type, SqlParserPos.ZERO)
              + ")",
          StringFunctions.text(arguments.get(0)));
    } catch (SqlSyntaxException | UnsupportedSqlException e) {
      throw TranslationFailure.unsupported(call, "'" + schema + "' is no type");
    }
  }

  private static SqlNode parseUrl(SqlCall call, List<SqlNode> arguments) {
    return DuckDbNodes.template(
        arguments.size() == 2
            ? "tunnel_parse_url({0}, {1})"
            : "tunnel_parse_url_key({0}, {1}, {2})",
        arguments.toArray(new SqlNode[0]));
  }

  private static SqlNode url(SqlCall call, String function, List<SqlNode> arguments) {
    if (arguments.size() == 2) {
      StringFunctions.requireUtf8(call, arguments.get(1));
    }
    return DuckDbNodes.call(function, StringFunctions.text(arguments.get(0)));
  }
}
