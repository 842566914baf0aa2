package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.http.CanonicalRequest;
import io.tunnel.protocol.http.RequestSigner;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls of an account, signed with version 2. */
record SignedCalls(TestServer server, String accessId, String secret, InstantSource clock) {
  private static final String API = "/api";

  SignedCalls(TestServer server, String accessId, String secret) {
    this(server, accessId, secret, InstantSource.system());
  }

  /** Sends a request to the service endpoint; the path stands behind {@code /api}. */
  HttpResponse<byte[]> send(String method, String path, @Nullable String document)
      throws IOException {
    return send(API, method, path, document);
  }

  /** Sends a request to the endpoint whose paths begin so. */
  HttpResponse<byte[]> send(String prefix, String method, String path, @Nullable String document)
      throws IOException {
    byte[] body = document == null ? null : document.getBytes(UTF_8);
    return send(prefix, method, path, body, new String[0]);
  }

  /** Sends a request to the tunnel endpoint. */
  HttpResponse<byte[]> tunnel(String method, String path, byte @Nullable [] body)
      throws IOException {
    return send("", method, path, body);
  }

  /** Signs path, query, {@code Date} and these headers, names and values in turn. */
  HttpResponse<byte[]> send(
      String prefix, String method, String path, byte @Nullable [] body, String... headers)
      throws IOException {
    String[] parts = path.split("\\?", 2);
    Map<String, String> parameters = new HashMap<>();
    if (parts.length > 1) {
      for (String pair : parts[1].split("&")) {
        String[] nameAndValue = pair.split("=", 2);
        parameters.put(
            nameAndValue[0],
            nameAndValue.length > 1 ? URLDecoder.decode(nameAndValue[1], UTF_8) : "");
      }
    }
    Map<String, String> sent = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      sent.put(headers[i], headers[i + 1]);
    }
    sent.put("Date", RequestSigner.httpDate(clock.instant()));
    String canonical =
        CanonicalRequest.of(method, URLDecoder.decode(parts[0], UTF_8), parameters, sent);
    sent.put(
        "Authorization", "ODPS " + accessId + ":" + RequestSigner.signatureV2(secret, canonical));
    List<String> all = new ArrayList<>();
    sent.forEach(
        (name, value) -> {
          all.add(name);
          all.add(value);
        });
    return server.send(method, prefix + path, body, all.toArray(new String[0]));
  }

  /** The JSON answer of a call to the tunnel endpoint that must succeed. */
  JsonNode json(String method, String path) throws IOException {
    HttpResponse<byte[]> answer = tunnel(method, path, null);
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + TestServer.text(answer));
    }
    return TestServer.JSON.readTree(answer.body());
  }

  /** Submits a statement; returns the id of its instance. */
  String submit(String sql) throws IOException {
    return submit(TestServer.PROJECT, sql);
  }

  /** Submits a statement in a project; returns the id of its instance. */
  String submit(String project, String sql) throws IOException {
    HttpResponse<byte[]> answer =
        send("POST", "/projects/" + project + "/instances", job("SQL", "Query", sql));
    String location =
        answer
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> new IOException(TestServer.text(answer)));
    return location.substring(location.lastIndexOf('/') + 1);
  }

  static String job(String task, String element, String text) {
    return String.format(
        "<Instance><Job><Tasks><%1$s><Name>t</Name><%2$s><![CDATA[%3$s]]></%2$s></%1$s></Tasks>"
            + "</Job></Instance>",
        task, element, text);
  }

  /** Runs a statement; returns the word of its end and its result or its error text. */
  String run(String project, String sql) throws IOException {
    return end(project, submit(project, sql));
  }

  /** Waits for the end of an instance. */
  String end(String project, String id) throws IOException {
    String path = "/projects/" + project + "/instances/" + id;
    String status;
    do {
      status = TestServer.text(send("GET", path + "?instancestatus", null));
    } while (!status.contains("Terminated"));
    String result = TestServer.text(send("GET", path + "?result", null));
    Matcher matcher =
        Pattern.compile("CDATA\\[([^]]*)]].*<Status>(\\w+)</Status>", Pattern.DOTALL)
            .matcher(result);
    if (!matcher.find()) {
      throw new IOException(result);
    }
    return matcher.group(2)
        + " "
        + new String(java.util.Base64.getDecoder().decode(matcher.group(1)), UTF_8);
  }

  /** A token that allows reading an instance. */
  String token(String instance, int hours) throws IOException {
    String answer =
        TestServer.text(
            send(
                "POST",
                "/projects/demo/authorization?sign_bearer_token",
                LogviewTest.policy("odps:Read", "projects/demo/instances/" + instance)
                    .replace("\"expires_in_hours\":1", "\"expires_in_hours\":" + hours)));
    return LogviewTest.element(answer, "Result");
  }
}
