package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadIT {
  private static LocalTunnel server;
  private static String url;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = LocalTunnel.start(LocalTunnelConfig.builder().project("p").anonymous(true).build());
    url = "http://" + server.endpoint().getAuthority() + "?project=p";
    sql(
        """
        create table kinds (a tinyint, b bigint, c float, d double, e boolean, f string, g binary,
          h decimal(38,18), i date, j datetime, k timestamp, l timestamp_ntz, m varchar(20));
        insert into kinds select cast(-128 as tinyint), -9223372036854775807 - 1, cast(0.1 as float), cast('0.1' as double),
          true, 'x, "y"\\n東京', unhex('00FF'), cast('-0.000000000000000001' as decimal(38,18)),
          date'0001-01-01', datetime'1969-12-31 23:59:59.999', timestamp'1700-10-04 00:00:00.000000001',
          timestamp_ntz'2026-01-31 23:59:58.5', 'NULL';
        insert into kinds (b, f) values (2, '');
        create table nested (id bigint, a array<string>, m map<bigint,double>, s struct<x:int,y:string>);
        insert into nested select 1, array('q"', null), map(cast(7 as bigint), cast('0.5' as double)), named_struct('x', 1, 'y', 'é');
        insert into nested (id) values (2);
        create table days (n bigint) partitioned by (ds string, hh bigint);
        insert into days partition (ds='a', hh=1) values (1), (2);
        insert into days partition (ds='a', hh=2) values (3);
        insert into days partition (ds='b', hh=1) values (4);
        """);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void aCsvFileHasWhatTheDriverShowsAndUploadReadsItBack() throws IOException {
    Path file = folder.resolve("kinds.csv");
    RunningCommand run = succeeded("download", "kinds", file.toString(), "--url", url);
    assertThat(run.out()).startsWith("2 rows from kinds into ");
    assertThat(sorted(Files.readString(file))).isEqualTo(sorted(csv("select * from kinds")));
    assertThat(files()).containsExactly("kinds.csv");

    sql("create table kinds_again like kinds");
    succeeded("upload", file.toString(), "kinds_again", "--url", url, "--null", "");
    assertThat(sorted(csv("select * from kinds_again"))).isEqualTo(sorted(Files.readString(file)));
  }

  @Test
  void aJsonFileHasOneObjectToALine() throws IOException {
    Path file = folder.resolve("kinds.jsonl.gz");
    succeeded("download", "kinds", file.toString(), "--url", url);
    List<JsonNode> rows = json(unpacked(file));
    assertThat(rows).hasSize(2);
    JsonNode full = rows.get(rows.get(0).get("a").isNull() ? 1 : 0);
    JsonNode empty = rows.get(rows.get(0).get("a").isNull() ? 0 : 1);
    assertThat(full.get("b").bigIntegerValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(full.get("d").asDouble()).isEqualTo(0.1);
    assertThat(full.get("e").isBoolean()).isTrue();
    assertThat(full.get("f").asText()).isEqualTo("x, \"y\"\n東京");
    assertThat(full.get("g").asText()).isEqualTo("00FF");
    assertThat(full.get("h").isNumber()).isTrue();
    assertThat(full.get("i").asText()).isEqualTo("0001-01-01");
    assertThat(full.get("j").asText()).isEqualTo("1969-12-31 23:59:59.999");
    assertThat(full.get("k").asText()).isEqualTo("1700-10-04 00:00:00.000000001");
    assertThat(full.get("l").asText()).isEqualTo("2026-01-31 23:59:58.5");
    assertThat(empty.get("f").asText()).isEmpty();
    assertThat(empty.get("h").isNull()).isTrue();
  }

  @Test
  void nestedValuesAreJsonInBothFormats() throws IOException {
    Path file = folder.resolve("nested.json");
    succeeded("download", "nested", file.toString(), "--url", url);
    ObjectMapper mapper = new ObjectMapper();
    assertThat(json(Files.readString(file)))
        .contains(
            mapper.readTree(
                "{\"id\":1,\"a\":[\"q\\\"\",null],\"m\":{\"7\":0.5},\"s\":{\"x\":1,\"y\":\"é\"}}"),
            mapper.readTree("{\"id\":2,\"a\":null,\"m\":null,\"s\":null}"));
    RunningCommand csv = succeeded("download", "nested", "-", "--url", url);
    assertThat(sorted(csv.out())).isEqualTo(sorted(csv("select * from nested")));
  }

  @Test
  void partitionsAreChosenByTheValuesNamed() throws IOException {
    assertThat(sorted(succeeded("download", "days", "-", "--url", url).out()))
        .containsExactly("1,a,1", "2,a,1", "3,a,2", "4,b,1", "n,ds,hh");
    assertThat(sorted(succeeded("download", "days/hh=1", "-", "--url", url).out()))
        .containsExactly("1,a", "2,a", "4,b", "n,ds");
    assertThat(sorted(succeeded("download", "days/ds=a,hh=1", "-", "--url", url).out()))
        .containsExactly("1", "2", "n");
    RunningCommand chosen =
        succeeded("download", "days/ds=b", "-", "--columns", "hh,n", "-f", "json", "--url", url);
    assertThat(chosen.out()).isEqualTo("{\"hh\":1,\"n\":4}\n");
    assertThat(sorted(succeeded("download", "days", "-", "--columns", "DS", "--url", url).out()))
        .containsExactly("a", "a", "a", "b", "ds");
    failed("has no partition with ds=z", "download", "days/ds=z", "-", "--url", url);
    failed("has no partition column mm", "download", "days/mm=1", "-", "--url", url);
    failed("ds=a,hh=9", "download", "days/ds=a,hh=9", "-", "--url", url);
    failed("p.kinds has no partitions", "download", "kinds/ds=1", "-", "--url", url);
  }

  @Test
  void csvMayLookDifferent() {
    RunningCommand run =
        succeeded(
            "download",
            "kinds",
            "-",
            "--columns",
            "b,m,f",
            "--null",
            "NULL",
            "-d",
            "\\t",
            "--no-header",
            "--url",
            url);
    assertThat(sorted(run.out()))
        .contains("2\tNULL\t\"\"")
        .anyMatch(line -> line.startsWith("-9223372036854775808\t\"NULL\"\t"));
    RunningCommand zone =
        succeeded(
            "download", "kinds", "-", "--columns", "j", "--zone", "Asia/Shanghai", "--url", url);
    assertThat(zone.outLines()).contains("1970-01-01 07:59:59.999");
  }

  @Test
  void manyRowsComeInTheirOrderAndInBoundedMemory() throws IOException {
    StringBuilder text = new StringBuilder("n,s\n");
    for (int i = 0; i < 100_000; i++) {
      text.append(i).append(",word ").append(i).append('\n');
    }
    Path input = Files.writeString(folder.resolve("in.csv"), text.toString());
    Path output = folder.resolve("out.csv");
    sql("create table many (n bigint, s string)");
    succeeded("upload", input.toString(), "many", "--url", url);
    succeeded("download", "many", output.toString(), "--url", url);
    assertThat(sorted(Files.readString(output))).isEqualTo(sorted(text.toString()));
  }

  @Test
  void afterAFailureTheFileIsWhatItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("kept.csv"), "mine");
    failed(
        "exists already; replace it with --overwrite",
        "download",
        "kinds",
        file.toString(),
        "--url",
        url);
    failed("nowhere", "download", "nowhere", file.toString(), "--overwrite", "--url", url);
    failed(
        "p.kinds has no column \"zz\" to download, it has a, b",
        "download",
        "kinds",
        file.toString(),
        "--overwrite",
        "--columns",
        "zz",
        "--url",
        url);
    assertThat(file).hasContent("mine");
    assertThat(files()).containsExactly("kept.csv");
    succeeded("download", "days/ds=b,hh=1", file.toString(), "--overwrite", "--url", url);
    assertThat(file).hasContent("n\n4\n");
    failed(
        "no file or folder",
        "download",
        "kinds",
        folder.resolve("no/such.csv").toString(),
        "--url",
        url);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> sorted(String text) {
    return text.lines().sorted().toList();
  }

  private static List<JsonNode> json(String lines) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  private static String unpacked(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void failed(String message, String... arguments) {
    RunningCommand run = RunningCommand.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).startsWith("error: ").contains(message).hasLineCount(1);
  }

  private static RunningCommand succeeded(String... arguments) {
    RunningCommand run = RunningCommand.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static void sql(String script) {
    succeeded("sql", url, script);
  }

  private static String csv(String query) {
    return succeeded("sql", url, "--format", "csv", query).out();
  }
}
