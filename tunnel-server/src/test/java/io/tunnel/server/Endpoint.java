package io.tunnel.server;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the two endpoints of a test server.
 *
 * @param prefix {@code /api} for the service endpoint, empty for the tunnel endpoint; paths of
 *     calls begin behind it
 */
record Endpoint(TestServer server, String prefix) {
  /** The endpoint of the same kind on another server. */
  Endpoint on(TestServer other) {
    return new Endpoint(other, prefix);
  }

  boolean isService() {
    return !prefix.isEmpty();
  }

  RawConnection.Answer call(String method, String path) throws IOException {
    return call(method, path, null);
  }

  RawConnection.Answer call(String method, String path, byte @Nullable [] body, String... headers)
      throws IOException {
    return answer(server.send(method, prefix + path, body, headers));
  }

  static RawConnection.Answer answer(HttpResponse<byte[]> answer) {
    Map<String, String> fields = new LinkedHashMap<>();
    answer.headers().map().forEach((name, values) -> fields.put(name, String.join(", ", values)));
    return new RawConnection.Answer(
        answer.statusCode(), fields, new String(answer.body(), StandardCharsets.UTF_8));
  }

  RawConnection.Answer document(String method, String path, String document) throws IOException {
    return call(method, path, document.getBytes(StandardCharsets.UTF_8));
  }

  /** The first line of a request and its {@code Host}, for a connection of its own. */
  String head(String method, String path) {
    return method
        + " "
        + prefix
        + path
        + " HTTP/1.1\nHost: "
        + server.endpoint().getAuthority()
        + "\n";
  }

  /**
   * Begins a PUT of four bytes that have not been sent; the server waits for them when this
   * returns.
   */
  RawConnection slowPut(String path) throws IOException {
    RawConnection writer =
        new RawConnection(server.endpoint())
            .send(head("PUT", path) + "Content-Length: 4\nExpect: 100-continue\n\n");
    int status = writer.answer().status();
    if (status != 100) {
      throw new AssertionError("The server does not wait for the body, it answers " + status);
    }
    return writer;
  }

  /** Begins an upload session in the project {@code demo}; returns its id. */
  String upload(String table) throws IOException {
    return server.createUpload(table, "").path("UploadID").asText();
  }

  /** Begins a download session in the project {@code demo}; returns its id. */
  String download(String table) throws IOException {
    return server.createDownload(table, "").path("DownloadID").asText();
  }
}
