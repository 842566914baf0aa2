package io.tunnel.it.spark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The local server in a JVM of its own, with an account, for one test class. */
final class TestServer implements BeforeAllCallback, AfterAllCallback {
  static final String PROJECT = "demo";
  static final String ACCESS_ID = "tester";
  static final String SECRET = "s3cr3t-of-the-test";

  private Process process;
  private PrintStream statements;
  private BufferedReader answers;
  private String endpoint;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    String classPath =
        System.getProperty("server.classes")
            + File.pathSeparator
            + Files.readString(Path.of(System.getProperty("server.class.path.file"))).strip();
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                "io.tunnel.it.server.ServerProgram",
                PROJECT,
                ACCESS_ID,
                SECRET)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(
                    Path.of(System.getProperty("server.log")).toFile()))
            .start();
    statements = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String ready = answers.readLine();
    if (ready == null || !ready.startsWith("ready ")) {
      throw new IllegalStateException("The server has not started: " + ready);
    }
    endpoint = ready.substring("ready ".length());
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    statements.close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("The server has not ended with its input");
    }
  }

  String endpoint() {
    return endpoint;
  }

  /** Runs a statement through the server's own client and returns its result as CSV. */
  synchronized String sql(String statement) {
    byte[] bytes = statement.getBytes(StandardCharsets.UTF_8);
    statements.println(Base64.getEncoder().encodeToString(bytes));
    try {
      String[] answer = answers.readLine().split(" ", 2);
      String text = new String(Base64.getDecoder().decode(answer[1]), StandardCharsets.UTF_8);
      if (!answer[0].equals("ok")) {
        throw new IllegalStateException(statement + ": " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of a query's result without the header. */
  List<String> lines(String query) {
    return sql(query).lines().skip(1).toList();
  }

  long count(String table) {
    return Long.parseLong(lines("SELECT COUNT(*) FROM " + table).get(0));
  }

  Map<String, String> options(String table) {
    Map<String, String> options = new HashMap<>();
    options.put("endpoint", endpoint);
    options.put("project", PROJECT);
    options.put("accessId", ACCESS_ID);
    options.put("accessKey", SECRET);
    options.put("table", table);
    return options;
  }

  DataFrameWriter<Row> write(Dataset<Row> rows, String table) {
    return rows.write().format("tunnel").options(options(table));
  }

  DataFrameReader read(SparkSession session, String table) {
    return session.read().format("tunnel").options(options(table));
  }
}
