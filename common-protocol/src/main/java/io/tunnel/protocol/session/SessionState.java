package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What an answer says about an upload session (specification: regular tunnel, section 2.3). */
record SessionState(UploadStatus status, SortedSet<Integer> blocks, long maxFieldSize) {
  static final long DEFAULT_MAX_FIELD_SIZE = 8L * 1024 * 1024;

  /**
   * Reads an answer.
   *
   * @throws TunnelException with code {@code MalformedAnswer} if a block has no number
   */
  static SessionState read(ApiAnswer answer) throws TunnelException {
    JsonNode session = answer.json();
    SortedSet<Integer> blocks = new TreeSet<>();
    for (JsonNode block : session.path("UploadedBlockList")) {
      int id = block.path("BlockID").asInt(-1);
      if (id < 0) {
        throw answer.malformed("number in BlockID of each uploaded block", null);
      }
      blocks.add(id);
    }
    return new SessionState(
        UploadStatus.of(session.path("Status").asText("")),
        Collections.unmodifiableSortedSet(blocks),
        session.path("MaxFieldSize").asLong(DEFAULT_MAX_FIELD_SIZE));
  }

  SessionState closed() {
    return new SessionState(UploadStatus.CLOSED, blocks, maxFieldSize);
  }
}
