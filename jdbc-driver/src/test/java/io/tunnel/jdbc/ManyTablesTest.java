package io.tunnel.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Lists of a project with 10,000 tables, by a service that gives 1,000 in a page as MaxCompute does
 * (specification: control plane, section 2.5), page 4 being empty. Counts requests, not seconds.
 */
class ManyTablesTest {
  private static final int TABLES = 10_000;
  private static final int PAGE = 1000;
  private static final int EMPTY_PAGE = 4;
  private static final String PATH = "/api/projects/demo/tables";
  private static final Pattern MARKER = Pattern.compile("[&?]marker=p(\\d+)");
  private static final Pattern PREFIX = Pattern.compile("[&?]name=([^&]*)");

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer service;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/", this::answer);
    service.start();
    connection =
        DriverManager.getConnection(
            "jdbc:tunnel://127.0.0.1:" + service.getAddress().getPort() + "/demo", "id", "key");
    requests.clear();
  }

  @AfterEach
  void stop() throws SQLException {
    connection.close();
    service.stop(0);
  }

  private static String name(int number) {
    return String.format("t%05d", number);
  }

  private void answer(HttpExchange exchange) throws IOException {
    URI target = exchange.getRequestURI();
    requests.add(target.toString());
    String path = target.getPath();
    int status = 200;
    String body = "<Project><Name>demo</Name></Project>";
    if (path.equals(PATH)) {
      body = page(target.getQuery());
    } else if (path.startsWith(PATH + "/")) {
      int number = Integer.parseInt(path.substring(PATH.length() + 2));
      // Every second table has been dropped since it was listed.
      status = number % 2 == 0 ? 200 : 404;
      body =
          status == 404
              ? "<Error><Code>NoSuchTable</Code><Message>It is gone</Message></Error>"
              : "<Table><Name>"
                  + name(number)
                  + "</Name><Type>MANAGED_TABLE</Type><Owner>me</Owner><Schema format=\"Json\">"
                  + "<![CDATA[{\"columns\":[{\"name\":\"id\",\"type\":\"bigint\"}],"
                  + "\"partitionKeys\":[],\"Reserved\":\"{}\"}]]></Schema></Table>";
    }
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String page(String query) {
    Matcher marker = MARKER.matcher("&" + query);
    int page = marker.find() ? Integer.parseInt(marker.group(1)) : 0;
    Matcher wanted = PREFIX.matcher("&" + query);
    String prefix = wanted.find() ? wanted.group(1) : "";
    List<String> names =
        IntStream.range(0, TABLES)
            .mapToObj(ManyTablesTest::name)
            .filter(name -> name.startsWith(prefix))
            .toList();
    // The pages behind the empty one hold what it would have held.
    int full = page > EMPTY_PAGE ? page - 1 : page;
    int from = Math.min(names.size(), full * PAGE);
    int to = page == EMPTY_PAGE ? from : Math.min(names.size(), from + PAGE);
    StringBuilder xml = new StringBuilder("<Tables>");
    for (String name : names.subList(from, to)) {
      xml.append("<Table><Name>")
          .append(name)
          .append("</Name><Type>MANAGED_TABLE</Type><Owner>me</Owner></Table>");
    }
    xml.append(to < names.size() ? "<Marker>p" + (page + 1) + "</Marker>" : "<Marker/>");
    return xml.append("<MaxItems>" + PAGE + "</MaxItems></Tables>").toString();
  }

  private static List<String> names(ResultSet rows) throws SQLException {
    List<String> names = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        names.add(rows.getString("TABLE_NAME"));
      }
    }
    return names;
  }

  @Test
  void tenThousandTablesTakeARequestForEachPage() throws SQLException {
    assertThat(names(connection.getMetaData().getTables(null, null, "%", null)))
        .isEqualTo(IntStream.range(0, TABLES).mapToObj(ManyTablesTest::name).toList());
    assertThat(requests).hasSize(TABLES / PAGE + 1).allMatch(r -> r.startsWith(PATH + "?"));
  }

  @Test
  void aPatternWithAPrefixAsksForThePrefixOnly() throws SQLException {
    assertThat(names(connection.getMetaData().getTables(null, null, "t0123_", null)))
        .hasSize(10)
        .startsWith("t01230")
        .endsWith("t01239");
    assertThat(requests).hasSize(1);
  }

  @Test
  void aNameIsAskedForDirectlyAndListsNothing() throws SQLException {
    assertThat(names(connection.getMetaData().getTables(null, null, "t00042", null)))
        .containsExactly("t00042");
    assertThat(names(connection.getMetaData().getTables(null, null, "t00043", null))).isEmpty();
    assertThat(requests).hasSizeLessThanOrEqualTo(4).noneMatch(r -> r.startsWith(PATH + "?"));
  }

  @Test
  void tablesThatVanishWhileTheirColumnsAreListedAreLeftOut() throws SQLException {
    assertThat(names(connection.getMetaData().getColumns(null, null, "t0000%", "%")))
        .containsExactly("t00000", "t00002", "t00004", "t00006", "t00008");
  }
}
