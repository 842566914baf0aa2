package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlAndUploadIT {
  private static LocalTunnel server;
  private static String url;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    server =
        LocalTunnel.start(LocalTunnelConfig.builder().project("p").account("me", "right").build());
    url = "http://" + server.endpoint().getAuthority() + "?project=p&accessId=me&accessKey=right";
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void printsRowsUpdateCountsAndNull() {
    RunningCommand run =
        sql(
            """
            create table wide (id bigint, name string, price decimal(10,2));
            insert into wide values (1, '東京', 12.5), (2, null, null);
            select * from wide order by id;
            """);
    assertThat(run.out()).contains("(OK, ").contains("(OK, 2 rows, ").contains("(2 rows, ");
    assertThat(run.outLines())
        .contains(" id │ name │ price", "  1 │ 東京 │ 12.50", "  2 │ NULL │  NULL");
  }

  @Test
  void printsCsvThatUploadReadsBackAndJson() throws IOException {
    sql(
        """
        create table kinds (a bigint, b string, c double, d date, e boolean, f decimal(20,4), g datetime,
          h timestamp_ntz, i binary);
        insert into kinds select 1, 'x, "y"', 0.1, date'2001-02-03', true, cast('1234567890123456.7891' as decimal(20,4)),
          datetime'2001-02-03 04:05:06', timestamp_ntz'2001-02-03 04:05:06.123456789', unhex('00ff');
        insert into kinds values (null, '', null, null, null, null, null, null, null);
        """);
    RunningCommand first =
        RunningCommand.of("sql", url, "-f", "csv", "select * from kinds order by a");
    assertThat(first.exitCode()).as(first.err()).isZero();
    Path csv = Files.writeString(folder.resolve("kinds.csv"), first.out());
    RunningCommand upload =
        RunningCommand.of(
            "upload", csv.toString(), "kinds", "--url", url, "--overwrite", "--null", "");
    assertThat(upload.exitCode()).as(upload.err()).isZero();
    RunningCommand second =
        RunningCommand.of("sql", url, "-f", "csv", "select * from kinds order by a");
    assertThat(second.out()).isEqualTo(first.out()).hasLineCount(3);
    JsonNode json =
        new ObjectMapper()
            .readTree(
                RunningCommand.of("sql", url, "-f", "json", "select * from kinds order by a")
                    .out());
    assertThat(json).hasSize(2);
    JsonNode row = json.get(0).get("a").isNull() ? json.get(1) : json.get(0);
    assertThat(row.get("a").isIntegralNumber()).isTrue();
    assertThat(row.get("b").asText()).isEqualTo("x, \"y\"");
    assertThat(row.get("c").asDouble()).isEqualTo(0.1);
    assertThat(row.get("d").asText()).isEqualTo("2001-02-03");
    assertThat(row.get("e").asBoolean()).isTrue();
    assertThat(row.get("i").asText()).isEqualToIgnoringCase("00ff");
  }

  @Test
  void uploadsSeveralFilesIntoAPartitionInParallelAndCommitsOnce() throws IOException {
    sql("create table parts (n bigint, s string) partitioned by (ds string)");
    List<String> arguments = new ArrayList<>(List.of("upload"));
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder("n,s\n");
      for (int i = 0; i < 20_000; i++) {
        text.append(file * 20_000L + i).append(",word").append(i).append('\n');
      }
      arguments.add(Files.writeString(folder.resolve(file + ".csv"), text.toString()).toString());
    }
    arguments.addAll(List.of("parts/ds=2026-01-01", "--url", url, "--create-partition", "-p", "3"));
    RunningCommand run = RunningCommand.of(arguments.toArray(new String[0]));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("60,000 rows into parts/ds=2026-01-01 in ");
    assertThat(csv("select count(*) as c, sum(n) as s from parts where ds = '2026-01-01'"))
        .isEqualTo("c,s\n60000,1799970000\n");
  }

  @Test
  void uploadsTheParquetFileOfTheDemo() throws Exception {
    sql(
        "create table flights (departure timestamp_ntz, delay int, distance int, origin string,"
            + " destination string)");
    Path file = Path.of("data", "flights.parquet");
    RunningCommand run =
        RunningCommand.of(
            "upload",
            file.toString(),
            "flights",
            "--columns",
            "departure,delay,distance,origin,destination",
            "--url",
            url);
    assertThat(run.exitCode()).as(run.err()).isZero();
    String sums = "count(*), sum(delay), sum(distance), count(distinct origin)";
    String expected;
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet row = statement.executeQuery("select " + sums + " from '" + file + "'")) {
      row.next();
      expected =
          row.getString(1)
              + ","
              + row.getString(2)
              + ","
              + row.getString(3)
              + ","
              + row.getString(4);
    }
    assertThat(csv("select " + sums + " from flights").lines().skip(1)).containsExactly(expected);
  }

  @Test
  void leavesNothingBehindWhenAFieldIsBad() throws IOException {
    sql("create table careful (n int)");
    StringBuilder text = new StringBuilder("n\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append('\n');
    }
    Path csv = Files.writeString(folder.resolve("bad.csv"), text.append("oops\n").toString());
    RunningCommand run = RunningCommand.of("upload", csv.toString(), "careful", "--url", url);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo("error: bad.csv line 50002, column n (int): \"oops\" is not a whole number\n");
    assertThat(csv("select count(*) as c from careful")).isEqualTo("c\n0\n");
  }

  @Test
  void saysWhatIsWrongInOneSentence() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "n\n1\n");
    RunningCommand noTable = RunningCommand.of("upload", csv.toString(), "nowhere", "--url", url);
    assertThat(noTable.exitCode()).isEqualTo(1);
    assertThat(noTable.err()).startsWith("error: ").contains("nowhere").hasLineCount(1);
    RunningCommand badSql = RunningCommand.of("sql", url, "selct 1");
    assertThat(badSql.exitCode()).isEqualTo(1);
    assertThat(badSql.err()).startsWith("error: ").contains("SQLState 42000");
    RunningCommand unreachable =
        RunningCommand.of("sql", "http://127.0.0.1:1?retryTimeout=1s", "select 1");
    assertThat(unreachable.exitCode()).isEqualTo(1);
    assertThat(unreachable.err()).startsWith("error: ").contains("127.0.0.1").hasLineCount(1);
  }

  @Test
  void takesUrlAndCredentialsFromTheEnvironment() throws IOException {
    sql("create table env (n int)");
    Path csv = Files.writeString(folder.resolve("a.csv"), "n\n1\n");
    String bare = "http://" + server.endpoint().getAuthority() + "?project=p";
    Map<String, String> environment =
        Map.of("TUNNEL_URL", bare, "TUNNEL_ACCESS_ID", "me", "TUNNEL_ACCESS_KEY", "right");
    RunningCommand upload = RunningCommand.of(environment, "upload", csv.toString(), "env");
    assertThat(upload.exitCode()).as(upload.err()).isZero();
    RunningCommand sql = RunningCommand.of(environment, "sql", bare, "select * from env");
    assertThat(sql.exitCode()).as(sql.err()).isZero();
  }

  @Test
  void worksOnAFolderWithoutARunningServer() throws IOException {
    String local = "jdbc:tunnel:local:" + folder.resolve("tables");
    Path csv = Files.writeString(folder.resolve("a.csv"), "n\n1\n2\n");
    assertThat(RunningCommand.of("sql", local, "create table t (n int)").exitCode()).isZero();
    RunningCommand upload = RunningCommand.of("upload", csv.toString(), "t", "--url", local);
    assertThat(upload.exitCode()).as(upload.err()).isZero();
    assertThat(RunningCommand.of("sql", local, "-f", "csv", "select sum(n) as s from t").out())
        .isEqualTo("s\n3\n");
  }

  private static RunningCommand sql(String script) {
    RunningCommand run = RunningCommand.of("sql", url, script);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static String csv(String query) {
    RunningCommand run = RunningCommand.of("sql", url, "--format", "csv", query);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }
}
