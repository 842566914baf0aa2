package io.tunnel.server;

import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.server.auth.Account;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * A program for {@link LogSecretsTest}: server and client with everything that is secret, calls
 * that succeed and calls that fail. Prints the token that the server has made.
 */
final class SignedTraffic {
  static final String SECRET = "Secret0OfAnAccount";
  static final String TEMPORARY_SECRET = "Secret1OfATemporaryKey";
  static final String TOKEN = "TokenOfATemporaryKey";
  static final String WRONG = "SomethingWrong";

  private SignedTraffic() {}

  public static void main(String[] arguments) throws Exception {
    LocalTunnelConfig.Builder config =
        LocalTunnelConfig.builder()
            .account("lasting", SECRET)
            .account(Account.parse("tmp:" + TEMPORARY_SECRET + " demo=write token:" + TOKEN));
    try (TestServer server = TestServer.start(config)) {
      use(server, new Credentials.AccessKey("lasting", SECRET, null, null), true);
      use(server, new Credentials.AccessKey("lasting", SECRET, null, "cn-hangzhou"), true);
      use(server, new Credentials.AccessKey("tmp", TEMPORARY_SECRET, TOKEN, null), true);
      use(server, new Credentials.AccessKey("tmp", TEMPORARY_SECRET, WRONG, null), false);
      use(server, new Credentials.AccessKey("lasting", WRONG, null, null), false);
      SignedCalls lasting = new SignedCalls(server, "lasting", SECRET);
      String id = lasting.submit("SELECT 1");
      String token = lasting.token(id, 1);
      server.send("GET", "/logview/?p=demo&i=" + id + "&token=" + token, null);
      server.send("GET", "/logview/?p=demo&i=absent&token=" + token, null);
      String path = "/api/projects/demo/instances/" + id;
      server.send("GET", path, null, "x-odps-bearer-token", token);
      server.send("PUT", path, null, "x-odps-bearer-token", token);
      server.send("GET", path, null, "Authorization", "ODPS " + SECRET);
      // A failure that the server logs with its trace.
      server.storage().close();
      lasting.send("GET", "/projects/demo/tables/t", null);
      lasting.send("POST", "/projects/demo/instances", SignedCalls.job("SQL", "Query", "SELECT 1"));
      System.out.println(token);
    }
  }

  private static void use(TestServer server, Credentials credentials, boolean good)
      throws IOException {
    TunnelConfig config =
        TunnelConfig.builder(server.endpoint(), "demo")
            .credentials(credentials)
            .retryTimeout(Duration.ZERO)
            .build();
    try (TunnelClient client = TunnelClient.open(config)) {
      client.catalog().tables(null, null);
      client
          .sql()
          .submit("CREATE TABLE IF NOT EXISTS t (id BIGINT)", Map.of())
          .await(Duration.ofMinutes(1));
      client
          .createUpload(new TableName("demo", null, "t"), new UploadOptions(null, false, false))
          .commit(Set.of());
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(SignedTraffic.class).info("As a user would log it", e);
      if (good
          && !String.valueOf(e.getMessage()).contains("NoPermission")
          && !String.valueOf(e.getMessage()).contains("ODPS-0130013")) {
        throw e;
      }
    }
  }
}
