package io.tunnel.spark.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit 5 extension with one Spark session per test class. Register it in a static field:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SparkHarness SPARK = SparkHarness.cluster(2).conf("spark.speculation", "true").build();
 * }</pre>
 *
 * <p>{@link #cluster} starts Spark's own master and workers in this JVM and executors in JVMs of
 * their own, so that a task can kill its JVM, and everything that travels to an executor is really
 * serialised. Executors get this JVM's class path through their extra class path; jars named with
 * {@link Builder#jar} are taken off it and sent by Spark instead, as {@code --jars} does. Only a
 * cluster needs {@code SPARK_HOME} in the environment: a directory of the build, in whose {@code
 * work} Spark's workers leave the executors' logs until the next class.
 *
 * <p>After the last test of the class every {@link LeftoverCheck} is run in all JVMs, and a finding
 * fails the class.
 */
public final class SparkHarness implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private final Builder settings;
  private @Nullable SparkSession session;
  private @Nullable RunRecorder recorder;
  private @Nullable Path home;
  private @Nullable StandaloneCluster cluster;

  private SparkHarness(Builder settings) {
    this.settings = settings;
  }

  /** A cluster of this many executors, each with one core and 640 MB. */
  public static Builder cluster(int executors) {
    return new Builder(executors);
  }

  /** Everything in this JVM with this many threads: quicker to start, and nothing can die. */
  public static Builder local(int threads) {
    return new Builder(-threads);
  }

  /** The session, between the first and the last test of the class. */
  public SparkSession session() {
    return started(session);
  }

  /** What ran since the current test began. */
  public RunRecorder runs() {
    return started(recorder);
  }

  /**
   * Runs the code once in each executor JVM, or in this one if there are no executors.
   *
   * @return the answer of each executor by its id
   */
  public <T> Map<String, T> onEachExecutor(SerializableSupplier<T> code) {
    int cores = Math.max(1, settings.executors) * settings.coresPerExecutor;
    return EachExecutor.run(session(), cores, directory(), code);
  }

  /**
   * Whether executors count as different hosts, without which Spark never runs a speculative copy.
   * They do where the loopback has more than one address.
   */
  public static boolean hasSeparateHosts() {
    return StandaloneCluster.hasSeparateHosts();
  }

  /** The directory of this class's run: executors' temporary files, Spark's own, jars. */
  public Path directory() {
    return started(home);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    Path directory = Files.createTempDirectory("spark-harness-").toRealPath();
    Files.createDirectories(directory.resolve("executor-tmp"));
    home = directory;
    SparkSession.Builder builder =
        SparkSession.builder().appName(context.getDisplayName()).master(master());
    settings.configuration(directory).forEach(builder::config);
    SparkSession started = builder.getOrCreate();
    session = started;
    recorder = RunRecorder.attach(started);
  }

  private String master() throws IOException {
    if (settings.executors < 0) {
      return "local[" + -settings.executors + "]";
    }
    StandaloneCluster started =
        StandaloneCluster.start(
            settings.executors,
            settings.coresPerExecutor,
            settings.executorMegabytes,
            prepareSparkHome());
    cluster = started;
    return started.url();
  }

  /**
   * Spark's workers take their home from the environment only, and look there for what a build of
   * Spark leaves before they start an executor.
   *
   * @return the directory for the executors' logs
   */
  private static Path prepareSparkHome() throws IOException {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      throw new IllegalStateException(
          "Set SPARK_HOME in the environment of the test JVM to a directory of the build");
    }
    Files.createDirectories(Path.of(home, "jars"));
    Files.createDirectories(Path.of(home, "launcher", "target", "scala-2.13"));
    Path work = Path.of(home, "work");
    Directories.delete(work);
    return Files.createDirectories(work);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    runs().clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    SparkSession running = session;
    if (running == null) {
      return;
    }
    try {
      for (LeftoverCheck check : settings.checks) {
        check.verify(this);
      }
    } finally {
      running.stop();
      SparkSession.clearActiveSession();
      SparkSession.clearDefaultSession();
      session = null;
      recorder = null;
      StandaloneCluster executors = cluster;
      cluster = null;
      if (executors != null) {
        executors.close();
      }
      Directories.delete(directory());
    }
  }

  private static <T> T started(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("The harness runs only while its test class runs");
    }
    return value;
  }

  /** Waits until Spark's listeners have seen all that has happened. */
  static void awaitListeners(SparkSession session) {
    try {
      // Spark's own tests wait in the same way; there is no public one.
      session.sparkContext().listenerBus().waitUntilEmpty(30_000);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Spark's listeners are not done after 30 s", e);
    }
  }

  /** Settings of a harness. */
  public static final class Builder {
    private final int executors;
    private final Map<String, String> conf = new LinkedHashMap<>();
    private final List<Path> jars = new java.util.ArrayList<>();
    private final List<LeftoverCheck> checks = new java.util.ArrayList<>();
    private int coresPerExecutor = 1;
    private int executorMegabytes = 640;

    private Builder(int executors) {
      this.executors = executors;
    }

    /** Cores of each executor. */
    public Builder coresPerExecutor(int cores) {
      coresPerExecutor = cores;
      return this;
    }

    /** Heap of each executor. */
    public Builder executorMegabytes(int megabytes) {
      executorMegabytes = megabytes;
      return this;
    }

    /** A setting of Spark; it wins over those of the harness. */
    public Builder conf(String name, String value) {
      conf.put(name, value);
      return this;
    }

    /** A jar that Spark sends to the executors; it is taken off their class path. */
    public Builder jar(Path jar) {
      jars.add(jar);
      return this;
    }

    /** A check after the last test. */
    public Builder check(LeftoverCheck check) {
      checks.add(check);
      return this;
    }

    /** The extension. */
    public SparkHarness build() {
      return new SparkHarness(this);
    }

    private Map<String, String> configuration(Path directory) {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("spark.ui.enabled", "false");
      all.put("spark.driver.bindAddress", "127.0.0.1");
      all.put("spark.driver.host", "127.0.0.1");
      all.put("spark.sql.shuffle.partitions", "4");
      all.put("spark.sql.session.timeZone", "UTC");
      all.put("spark.local.dir", directory.resolve("spark-local").toString());
      all.put("spark.sql.warehouse.dir", directory.resolve("warehouse").toUri().toString());
      if (executors > 0) {
        all.put("spark.executor.memory", executorMegabytes + "m");
        all.put("spark.executor.cores", Integer.toString(coresPerExecutor));
        all.put("spark.executor.extraClassPath", ClassPath.without(jars));
        all.put("spark.executor.extraJavaOptions", executorFlags(directory));
        // A killed executor is noticed by its closed connection, and its task runs again at once.
        all.put("spark.excludeOnFailure.enabled", "false");
        // What it has shuffled is asked for again before it counts as lost, by default for 15 s.
        all.put("spark.shuffle.io.retryWait", "200ms");
      }
      if (!jars.isEmpty()) {
        all.put(
            "spark.jars",
            jars.stream()
                .map(jar -> jar.toUri().toString())
                .collect(java.util.stream.Collectors.joining(",")));
      }
      all.putAll(conf);
      return all;
    }

    private static String executorFlags(Path directory) {
      return "-Djava.io.tmpdir="
          + directory.resolve("executor-tmp")
          + " -Dorg.slf4j.simpleLogger.defaultLogLevel="
          + System.getProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    }
  }
}
