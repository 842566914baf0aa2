package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.accessor.AccessorFactory;
import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.Literals;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.sql.SqlLiterals;
import io.tunnel.sql.Value;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a small INSERT as literals. The row is written into vectors and read back, so
 * that what a value becomes, and which values are refused, is the same as in a batch.
 */
public final class RowLiterals {
  private RowLiterals() {}

  /**
   * One literal for each parameter.
   *
   * @param sqlZone the zone that SQL runs in
   * @return null if a type has no literals, so that the row must go through the tunnel
   * @throws SQLException if a value does not fit
   */
  public static @Nullable List<String> render(
      TableTarget target, TunnelRows plan, Cells cells, ZoneId sqlZone) throws SQLException {
    for (Column column : plan.parameterColumns(cells.parameterCount())) {
      if (column == null || !Literals.exist(column.type())) {
        return null;
      }
    }
    ValueConverter converter = target.converter();
    PartitionDictionary partitions =
        new PartitionDictionary(plan.schema().partitionColumns(), converter);
    try (RowBatch row = new RowBatch(plan.schema(), target.allocator(), converter, partitions)) {
      row.add(cells, TupleBinding.bind(plan, cells));
      return literals(plan, cells, row, converter, sqlZone);
    } catch (RowException e) {
      throw StatementBatch.valueError(1 + e.tuple, e);
    } catch (ValueException e) {
      throw new IllegalStateException("A value that was written cannot be read", e);
    }
  }

  private static List<String> literals(
      TunnelRows plan, Cells cells, RowBatch rows, ValueConverter converter, ZoneId sqlZone)
      throws ValueException {
    List<String> literals = new ArrayList<>(Collections.nCopies(cells.parameterCount(), "NULL"));
    List<Column> columns = plan.schema().columns();
    VectorSchemaRoot vectors = rows.load();
    for (int tuple = 0; tuple < plan.tuples().size(); tuple++) {
      List<Value> values = plan.tuples().get(tuple).values();
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i) instanceof Value.Parameter parameter) {
          Accessor accessor =
              AccessorFactory.create(columns.get(i).type(), vectors.getVector(i), converter);
          Object natural = accessor.isNull(tuple) ? null : accessor.natural(tuple);
          literals.set(parameter.index(), Literals.of(columns.get(i).type(), natural, sqlZone));
        }
      }
      List<Value> partition = plan.tuples().get(tuple).partition();
      for (int i = 0; i < partition.size(); i++) {
        if (partition.get(i) instanceof Value.Parameter parameter) {
          Column column = plan.schema().partitionColumns().get(i);
          Object value = cells.value(parameter.index());
          String text =
              PartitionDictionary.text(column, java.util.Objects.requireNonNull(value), converter);
          literals.set(
              parameter.index(), column.type().isInteger() ? text : SqlLiterals.literal(text));
        }
      }
    }
    return literals;
  }
}
