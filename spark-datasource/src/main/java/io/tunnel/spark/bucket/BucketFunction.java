package io.tunnel.spark.bucket;

import io.tunnel.protocol.pack.BucketHash;
import io.tunnel.protocol.type.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.functions.BoundFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;
import org.jspecify.annotations.Nullable;

/**
 * The function by which Spark is asked to distribute the rows of a write by primary key. It tells
 * the bucket of a key as the service does, and gives all buckets of one task the same number, which
 * is chosen so that Spark's own hash of it leads to that task: all tasks get as many buckets.
 *
 * <p>Spark finds it by its name in a catalog, so the name says everything: {@code
 * tunnel_bucket[16,4](bigint,decimal(10,2))} is the function for 16 buckets on 4 tasks and a key of
 * these types. Should Spark or the service hash in another way, tasks would get more or fewer
 * buckets, or share them; a key would still be written by one task.
 */
public final class BucketFunction implements UnboundFunction {
  private static final String PREFIX = "tunnel_bucket[";

  /** The seed with which Spark hashes rows for a shuffle. */
  private static final int SHUFFLE_SEED = 42;

  private final String name;
  private final int buckets;
  private final int tasks;
  private final List<Column> keys;

  private BucketFunction(String name, int buckets, int tasks, List<Column> keys) {
    this.name = name;
    this.buckets = buckets;
    this.tasks = tasks;
    this.keys = keys;
  }

  /** The name of the function for these buckets, tasks and key columns. */
  public static String name(int buckets, int tasks, List<Column> keys) {
    return PREFIX
        + buckets
        + ","
        + tasks
        + "]("
        + String.join(";", keys.stream().map(key -> key.type().toString()).toList())
        + ")";
  }

  /** The function of this name, or null if it is none of these. */
  public static @Nullable BucketFunction named(String name) {
    int comma = name.indexOf(',');
    int bracket = name.indexOf("](");
    if (!name.startsWith(PREFIX) || comma < 0 || bracket < comma || !name.endsWith(")")) {
      return null;
    }
    List<Column> keys = new ArrayList<>();
    for (String type : name.substring(bracket + 2, name.length() - 1).split(";")) {
      keys.add(Column.of("key " + (keys.size() + 1), type));
    }
    return new BucketFunction(
        name,
        Integer.parseInt(name.substring(PREFIX.length(), comma)),
        Integer.parseInt(name.substring(comma + 1, bracket)),
        keys);
  }

  /** Whether the function is defined for keys of these columns with values of these Spark types. */
  public static boolean isDefinedFor(List<Column> keys, List<DataType> from) {
    for (int i = 0; i < keys.size(); i++) {
      if (KeyHash.of(keys.get(i).type(), from.get(i)) == null) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "the task for a key, by its bucket";
  }

  /**
   * @throws UnsupportedOperationException if the arguments are not values of the key
   */
  @Override
  public BoundFunction bind(StructType arguments) {
    DataType[] types = new DataType[arguments.length()];
    for (int i = 0; i < types.length; i++) {
      StructField argument = arguments.fields()[i];
      types[i] = argument.dataType();
    }
    if (types.length != keys.size() || !isDefinedFor(keys, List.of(types))) {
      throw new UnsupportedOperationException(name + " is not defined for " + arguments.sql());
    }
    String[] keyTypes = keys.stream().map(key -> key.type().toString()).toArray(String[]::new);
    return new Bound(name, keyTypes, types, buckets, numbers(buckets, tasks));
  }

  /** For each bucket the number of its task. */
  static Integer[] numbers(int buckets, int tasks) {
    Integer[] ofTask = new Integer[tasks];
    int missing = tasks;
    for (int number = 0; missing > 0; number++) {
      int task = Math.floorMod(Murmur3_x86_32.hashInt(number, SHUFFLE_SEED), tasks);
      if (ofTask[task] == null) {
        ofTask[task] = number;
        missing--;
      }
    }
    Integer[] ofBucket = new Integer[buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      ofBucket[bucket] = ofTask[bucket % tasks];
    }
    return ofBucket;
  }

  /** The function for the types of its arguments. Spark sends it to the executors. */
  private static final class Bound implements ScalarFunction<Integer> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final String[] keyTypes;
    private final DataType[] types;
    private final int buckets;

    /** Objects, because Spark takes the result as one. */
    private final Integer[] numbers;

    private transient KeyHash @Nullable [] hashes;

    Bound(String name, String[] keyTypes, DataType[] types, int buckets, Integer[] numbers) {
      this.name = name;
      this.keyTypes = keyTypes;
      this.types = types;
      this.buckets = buckets;
      this.numbers = numbers;
    }

    @Override
    public DataType[] inputTypes() {
      return types.clone();
    }

    @Override
    public DataType resultType() {
      return DataTypes.IntegerType;
    }

    @Override
    public boolean isResultNullable() {
      return false;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String canonicalName() {
      return "io.tunnel." + name;
    }

    @Override
    public Integer produceResult(InternalRow key) {
      KeyHash[] ofColumns = hashes;
      if (ofColumns == null) {
        ofColumns = new KeyHash[types.length];
        for (int i = 0; i < types.length; i++) {
          ofColumns[i] = KeyHash.of(Column.of("key", keyTypes[i]).type(), types[i]);
        }
        hashes = ofColumns;
      }
      int sum = 0;
      for (int i = 0; i < ofColumns.length; i++) {
        if (!key.isNullAt(i)) {
          sum += ofColumns[i].of(key, i);
        }
      }
      return numbers[BucketHash.bucket(sum, buckets)];
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
