package io.tunnel.server.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tunnel.server.session.UploadSession.Block;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a committed session as text: what a reload shows when their files are gone. */
final class BlockList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BlockList() {}

  static String write(List<Block> blocks) {
    ArrayNode list = JSON.createArrayNode();
    for (Block block : blocks) {
      list.addObject()
          .put("id", block.id())
          .put("rows", block.rows())
          .put("finished", block.finished().toEpochMilli())
          .put("version", block.version());
    }
    return list.toString();
  }

  static List<Block> read(String text) throws JsonProcessingException {
    List<Block> blocks = new ArrayList<>();
    for (JsonNode block : JSON.readTree(text)) {
      blocks.add(
          new Block(
              block.path("id").asInt(),
              block.path("rows").asLong(),
              Instant.ofEpochMilli(block.path("finished").asLong()),
              block.path("version").asLong(),
              null));
    }
    return blocks;
  }
}
