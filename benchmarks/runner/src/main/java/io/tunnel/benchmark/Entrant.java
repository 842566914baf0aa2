package io.tunnel.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A participant as the runner knows it.
 *
 * @param name its name in the table
 * @param module the folder of its module
 * @param mainClass its program
 * @param flags JVM flags that its client needs
 * @param arguments what its program is started with
 * @param usesServer whether it writes to the tunnel server
 */
record Entrant(
    String name,
    String module,
    String mainClass,
    List<String> flags,
    List<String> arguments,
    boolean usesServer) {
  static final String LIBRARY = "our library";
  static final String BATCHES = "our executeBatch";
  static final String SPARK = "our Spark writer, local[2]";
  static final String SDK_RECORDS = "official SDK, record writer";
  static final String SDK_ARROW = "official SDK, Arrow writer";
  static final String DRIVER = "official driver, executeBatch";
  static final String PARQUET = "df.write.parquet, local disk";
  static final String SOCKET = "plain socket, same bytes";

  private static final String NIO = "--add-opens=java.base/java.nio=ALL-UNNAMED";

  /** All of them, the peers first. */
  static List<Entrant> all() {
    String official = "io.tunnel.benchmark.official.";
    String ours = "io.tunnel.benchmark.";
    String spark = "io.tunnel.benchmark.spark.SparkWriter";
    return List.of(
        of(SDK_RECORDS, "official-sdk", official + "SdkRecordWriter", List.of(NIO), true),
        of(SDK_ARROW, "official-sdk", official + "SdkArrowWriter", List.of(NIO), true),
        of(DRIVER, "official-jdbc", official + "OfficialBatches", List.of(), true),
        of(SOCKET, "runner", ours + "PlainSocket", List.of(), true),
        of(LIBRARY, "runner", ours + "OurLibrary", List.of(), true),
        of(BATCHES, "runner", ours + "OurBatches", List.of(), true),
        new Entrant(PARQUET, "spark", spark, sparkFlags(), List.of("parquet"), false),
        new Entrant(SPARK, "spark", spark, sparkFlags(), List.of("tunnel"), true));
  }

  private static Entrant of(
      String name, String module, String mainClass, List<String> flags, boolean usesServer) {
    return new Entrant(name, module, mainClass, flags, List.of(), usesServer);
  }

  Path folder(Path benchmarks) {
    return benchmarks.resolve(module);
  }

  /** What Spark itself asks for on Java 17. */
  private static List<String> sparkFlags() {
    List<String> flags = new ArrayList<>();
    for (String opened :
        List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic")) {
      flags.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    flags.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    flags.add("--add-opens=java.base/sun.nio.cs=ALL-UNNAMED");
    flags.add("--add-opens=java.base/sun.util.calendar=ALL-UNNAMED");
    return flags;
  }
}
