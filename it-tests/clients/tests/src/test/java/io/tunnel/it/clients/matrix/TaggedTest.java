package io.tunnel.it.clients.matrix;

import java.util.List;

/**
 * A test that says which cells it covers, or with which client of others it runs.
 *
 * @param module the folder of its module, with slashes
 * @param type its class, without the package
 * @param method its name
 * @param covers the cells, as {@code call/state}
 * @param clients the clients of others that take part
 */
record TaggedTest(
    String module, String type, String method, List<String> covers, List<Client> clients) {
  /** Clients that others wrote. */
  enum Client {
    /** The official Java SDK, running. */
    OFFICIAL_SDK("official-sdk", "official SDK"),
    /** The official JDBC driver, running. */
    OFFICIAL_JDBC("official-jdbc", "official JDBC driver"),
    /** Requests or bodies that an official client has sent once. */
    RECORDED("recorded", "recorded from official clients");

    private final String tag;
    private final String title;

    Client(String tag, String title) {
      this.tag = tag;
      this.title = title;
    }

    /** The word of the tag, behind {@code client:}. */
    String tag() {
      return tag;
    }

    String title() {
      return title;
    }
  }
}
