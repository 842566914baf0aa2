package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tunnel.protocol.http.CanonicalRequest;
import io.tunnel.protocol.http.RequestSigner;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of an account, signed with version 2. */
record SignedCalls(TestServer server, String accessId, String secret, InstantSource clock) {
  /** Sends a request to the service endpoint; the path stands behind {@code /api}. */
  HttpResponse<byte[]> send(String method, String path, @Nullable String document)
      throws IOException {
    return send("/api", method, path, document);
  }

  /** Sends a request to the endpoint whose paths begin so. */
  HttpResponse<byte[]> send(String endpoint, String method, String path, @Nullable String document)
      throws IOException {
    String[] parts = path.split("\\?", 2);
    Map<String, String> parameters = new HashMap<>();
    if (parts.length > 1) {
      for (String pair : parts[1].split("&")) {
        String[] nameAndValue = pair.split("=", 2);
        parameters.put(nameAndValue[0], nameAndValue.length > 1 ? nameAndValue[1] : "");
      }
    }
    String date = RequestSigner.httpDate(clock.instant());
    String canonical = CanonicalRequest.of(method, parts[0], parameters, Map.of("Date", date));
    return server.send(
        method,
        endpoint + path,
        document == null ? null : document.getBytes(UTF_8),
        "Authorization",
        "ODPS " + accessId + ":" + RequestSigner.signatureV2(secret, canonical),
        "Date",
        date);
  }

  /** Submits a statement; returns the id of its instance. */
  String submit(String sql) throws IOException {
    HttpResponse<byte[]> answer =
        send(
            "POST",
            "/projects/demo/instances",
            "<Instance><Job><Tasks><SQL><Name>t</Name><Query><![CDATA["
                + sql
                + "]]></Query></SQL></Tasks></Job></Instance>");
    String location =
        answer
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> new IOException(TestServer.text(answer)));
    return location.substring(location.lastIndexOf('/') + 1);
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
