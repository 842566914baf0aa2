package io.tunnel.server.limit;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classes the calls of every client as the service does, by whether they keep to its retry policy,
 * and refuses for a while those who do not if the server was started so. A client is an account at
 * an address. Thread safe.
 */
public final class Clients {
  /** Beyond that, the client that has been silent for the longest time is forgotten. */
  private static final int MOST_CLIENTS = 500;

  /** Of a longer URL only so much is compared. */
  private static final int COMPARED_LENGTH = 500;

  private record Key(String account, String address) {}

  private final boolean isolate;
  private final InstantSource clock;
  private final Map<Key, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * No clients yet.
   *
   * @param isolate whether clients are refused because of their attacks
   */
  public Clients(boolean isolate, InstantSource clock) {
    this.isolate = isolate;
    this.clock = clock;
  }

  /** A call of a client, from its arrival to its end. */
  public final class Visit {
    private final Client client;
    private final Client.Request request;
    private final int earlierFailures;
    private final long isolatedMillis;

    private Visit(Client client, Client.Request request, long now) {
      this.client = client;
      this.request = request;
      this.earlierFailures = client.begin(request, now);
      this.isolatedMillis = client.isolatedMillis(now);
    }

    /** Refuses the call of a client that is isolated. */
    public void requireWelcome() throws ServiceException {
      if (isolatedMillis > 0) {
        throw ServiceError.ACCESS_DENIED.retryable(
            "The client is isolated because it repeated calls that were answered with 429 or 503"
                + " earlier than the retry policy allows (wait 1 s, then twice as long each time, up"
                + " to 32 s); it is served again in "
                + isolatedMillis
                + " ms",
            isolatedMillis);
      }
    }

    /** To be called before the client can have the answer. */
    public void succeeds() {
      synchronized (clients) {
        client.succeeded(request);
      }
    }

    /**
     * To be called before the client can have the answer.
     *
     * @param code the error's code
     */
    public void fails(int status, String code) {
      long now = clock.millis();
      synchronized (clients) {
        client.failed(request, status, code, earlierFailures, now);
      }
    }

    /** To be called once, when nothing moves any more. */
    public void end(long received, long sent) {
      synchronized (clients) {
        client.end(received, sent);
      }
    }
  }

  /**
   * Counts and classes a call.
   *
   * @param account who sent it; empty if nobody knows
   * @param address where it came from
   * @param query the query as received, or empty
   */
  public Visit arrive(String account, String address, String method, String path, String query) {
    Client.Request request =
        new Client.Request(shortened(method), shortened(path), shortened(query));
    long now = clock.millis();
    synchronized (clients) {
      Client client =
          clients.computeIfAbsent(
              new Key(account, address), key -> new Client(account, address, isolate));
      Visit visit = new Visit(client, request, now);
      if (clients.size() > MOST_CLIENTS) {
        forgetOldest();
      }
      return visit;
    }
  }

  private static String shortened(String text) {
    return text.length() <= COMPARED_LENGTH ? text : text.substring(0, COMPARED_LENGTH);
  }

  private void forgetOldest() {
    Iterator<Client> oldest = clients.values().iterator();
    while (oldest.hasNext()) {
      if (oldest.next().isIdle()) {
        oldest.remove();
        return;
      }
    }
  }

  /** What every client has done; the one that called last is the last. */
  public List<ClientStatistics> statistics() {
    long now = clock.millis();
    synchronized (clients) {
      List<ClientStatistics> all = new ArrayList<>();
      clients.values().forEach(client -> all.add(client.statistics(now)));
      return all;
    }
  }
}
