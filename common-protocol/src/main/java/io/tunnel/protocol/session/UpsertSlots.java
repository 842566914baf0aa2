package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which server takes the rows of which bucket (specification: upsert, section 2.3). Immutable.
 *
 * @param ids for each bucket the id of its slot
 * @param servers for each bucket host and port of its slot
 */
record UpsertSlots(List<String> ids, List<String> servers) {
  private static final int MOST_BUCKETS = 65_536;

  UpsertSlots {
    ids = List.copyOf(ids);
    servers = List.copyOf(servers);
  }

  /**
   * Reads an answer.
   *
   * @throws TunnelException with code {@code MalformedAnswer} if the buckets are not exactly those
   *     from 0 to their number
   */
  static UpsertSlots read(ApiAnswer answer) throws TunnelException {
    JsonNode slots = answer.json().path("slots");
    int buckets = 0;
    for (JsonNode slot : slots) {
      buckets += slot.path("buckets").size();
    }
    if (buckets < 1 || buckets > MOST_BUCKETS) {
      throw answer.malformed("number of 1 to " + MOST_BUCKETS + " buckets in slots", null);
    }
    String[] ids = new String[buckets];
    String[] servers = new String[buckets];
    BitSet seen = new BitSet();
    for (JsonNode slot : slots) {
      String id = slot.path("slot_id").asText("");
      String server = slot.path("worker_addr").asText("");
      if (id.isEmpty() || server.isEmpty()) {
        throw answer.malformed("slot_id and a worker_addr in each slot", null);
      }
      for (JsonNode bucket : slot.path("buckets")) {
        int number = bucket.asInt(-1);
        if (number < 0 || number >= buckets || seen.get(number)) {
          throw answer.malformed("list of slots with each bucket from 0 once", null);
        }
        seen.set(number);
        ids[number] = id;
        servers[number] = server;
      }
    }
    return new UpsertSlots(List.of(ids), List.of(servers));
  }

  int buckets() {
    return ids.size();
  }

  /** The same after the slot of a bucket has moved to another server. */
  UpsertSlots moved(int bucket, String server) {
    List<String> moved = new ArrayList<>(servers);
    for (int i = 0; i < moved.size(); i++) {
      if (ids.get(i).equals(ids.get(bucket))) {
        moved.set(i, server);
      }
    }
    return new UpsertSlots(ids, moved);
  }
}
