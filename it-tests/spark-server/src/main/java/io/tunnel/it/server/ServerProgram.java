package io.tunnel.it.server;

import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * Starts a server in memory with one account, says {@code ready} and its endpoint, and then runs
 * one SQL statement per line, which comes in Base64; the answer is {@code ok} or {@code error} and
 * the text in Base64. Ends with its input, so that it never outlives the test.
 */
public final class ServerProgram {
  private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(1);

  private ServerProgram() {}

  /**
   * Runs the program.
   *
   * @param arguments project, access id, secret
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    String project = arguments[0];
    LocalTunnelConfig config =
        LocalTunnelConfig.builder().project(project).account(arguments[1], arguments[2]).build();
    try (LocalTunnel server = LocalTunnel.start(config);
        TunnelClient client =
            TunnelClient.open(
                TunnelConfig.builder(server.endpoint(), project)
                    .credentials(new Credentials.AccessKey(arguments[1], arguments[2], null, null))
                    .build());
        BufferedReader statements =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      answers.println("ready " + server.endpoint());
      String line;
      while ((line = statements.readLine()) != null) {
        answers.println(answer(client, decode(line)));
      }
    }
  }

  private static String answer(TunnelClient client, String sql) {
    try {
      SqlTask task = client.sql().submit(sql, Map.of());
      task.await(LONGEST_STATEMENT);
      return "ok " + encode(task.resultText());
    } catch (TunnelException | RuntimeException e) {
      return "error " + encode(e.toString());
    }
  }

  private static String decode(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
