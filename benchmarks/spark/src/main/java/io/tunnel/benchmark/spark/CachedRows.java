package io.tunnel.benchmark.spark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.RowObjects;
import io.tunnel.benchmark.dataset.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as a data frame that lies in Spark's own cache, so that both writers read the same rows
 * at the same cost.
 */
final class CachedRows {
  /** Local tasks run in this JVM and find the arrays here. */
  private static @Nullable Dataset data;

  private static @Nullable RowObjects objects;

  private CachedRows() {}

  /** Makes the data frame and fills the cache. */
  static org.apache.spark.sql.Dataset<Row> of(SparkSession spark, Dataset rows, int partitions) {
    data = rows;
    objects = RowObjects.of(rows, rows.rows());
    List<StructField> fields = new ArrayList<>();
    for (Dataset.Column column : rows.columns()) {
      fields.add(DataTypes.createStructField(column.name(), type(column.type()), true));
    }
    StructType schema = DataTypes.createStructType(fields);
    org.apache.spark.sql.Dataset<Row> frame =
        spark
            .range(0, rows.rows(), 1, partitions)
            .map((MapFunction<Long, Row>) CachedRows::row, Encoders.row(schema))
            .cache();
    frame.count();
    return frame;
  }

  private static Row row(Long number) {
    Dataset rows = Objects.requireNonNull(data);
    int row = number.intValue();
    Object[] values = new Object[rows.columns().size()];
    for (int i = 0; i < values.length; i++) {
      Dataset.Column column = rows.columns().get(i);
      if (column.type().equals("BIGINT")) {
        values[i] = ((Values.Longs) column.values()).values()[row];
      } else if (column.type().equals("INT")) {
        values[i] = ((Values.Ints) column.values()).values()[row];
      } else {
        values[i] = Objects.requireNonNull(objects).get(i, row);
      }
    }
    return RowFactory.create(values);
  }

  private static DataType type(String type) {
    return switch (type.replaceAll("\\(.*", "")) {
      case "BIGINT" -> DataTypes.LongType;
      case "INT" -> DataTypes.IntegerType;
      case "STRING" -> DataTypes.StringType;
      case "DATE" -> DataTypes.DateType;
      case "DATETIME" -> DataTypes.TimestampType;
      case "DECIMAL" -> DataTypes.createDecimalType(15, RowObjects.scale(type));
      default -> throw new IllegalArgumentException("No Spark type for " + type);
    };
  }
}
