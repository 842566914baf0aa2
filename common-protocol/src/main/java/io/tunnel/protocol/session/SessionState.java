package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What an answer says about an upload session (specification: regular tunnel, section 2.3). */
record SessionState(UploadStatus status, SortedSet<Integer> blocks, long maxFieldSize) {
  private static final long DEFAULT_MAX_FIELD_SIZE = 8L * 1024 * 1024;

  static SessionState read(JsonNode answer) {
    SortedSet<Integer> blocks = new TreeSet<>();
    for (JsonNode block : answer.path("UploadedBlockList")) {
      blocks.add(block.path("BlockID").asInt());
    }
    return new SessionState(
        UploadStatus.of(answer.path("Status").asText()),
        Collections.unmodifiableSortedSet(blocks),
        answer.path("MaxFieldSize").asLong(DEFAULT_MAX_FIELD_SIZE));
  }

  SessionState closed() {
    return new SessionState(UploadStatus.CLOSED, blocks, maxFieldSize);
  }
}
