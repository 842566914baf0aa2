package io.tunnel.sql.parser;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.util.Litmus;

/** The place of a {@link DataTypeName} in Calcite's parse tree, in CAST. */
public final class MaxComputeTypeSpec extends SqlTypeNameSpec {
  private final DataTypeName type;

  MaxComputeTypeSpec(DataTypeName type, SqlParserPos position) {
    super(new SqlIdentifier(type.name(), position), position);
    this.type = type;
  }

  /** The type. */
  public DataTypeName type() {
    return type;
  }

  @Override
  public RelDataType deriveType(SqlValidator validator) {
    throw new UnsupportedOperationException("MaxCompute's trees are not validated by Calcite");
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    writer.keyword(type.toString());
  }

  @Override
  public boolean equalsDeep(SqlTypeNameSpec that, Litmus litmus) {
    return that instanceof MaxComputeTypeSpec other && other.type.equals(type)
        ? litmus.succeed()
        : litmus.fail("{} != {}", this, that);
  }
}
