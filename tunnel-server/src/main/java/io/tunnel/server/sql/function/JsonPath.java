package io.tunnel.server.sql.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The path of GET_JSON_OBJECT: {@code $}, then {@code .name}, {@code ['name']}, {@code [number]} or
 * {@code [*]}, as in {@code $.store.book[*].title}.
 */
final class JsonPath {
  private static final int KEPT_PATHS = 256;
  private static final Map<String, JsonPath> KEPT = new ConcurrentHashMap<>();
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build()
          .readerFor(JsonNode.class);

  private final @Nullable List<Step> steps;

  private JsonPath(@Nullable List<Step> steps) {
    this.steps = steps;
  }

  private sealed interface Step {
    record Name(String name) implements Step {}

    record Index(int index) implements Step {}

    record All() implements Step {}
  }

  /** A path; one that cannot be read finds nothing. */
  static JsonPath of(String text) {
    JsonPath known = KEPT.get(text);
    if (known != null) {
      return known;
    }
    JsonPath path = new JsonPath(parse(text));
    if (KEPT.size() < KEPT_PATHS) {
      KEPT.put(text, path);
    }
    return path;
  }

  private static @Nullable List<Step> parse(String text) {
    if (!text.startsWith("$")) {
      return null;
    }
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        int end = text.indexOf(']', at);
        Step step = end < 0 ? null : bracket(text.substring(at + 1, end).strip());
        if (step == null) {
          return null;
        }
        steps.add(step);
        at = end + 1;
      } else if (text.charAt(at) == '.') {
        int end = at + 1;
        while (end < text.length() && ".[".indexOf(text.charAt(end)) < 0) {
          end++;
        }
        if (end > at + 1) {
          steps.add(new Step.Name(text.substring(at + 1, end)));
        } else if (end == text.length() || text.charAt(end) == '.') {
          return null;
        }
        at = end;
      } else {
        return null;
      }
    }
    return steps;
  }

  private static @Nullable Step bracket(String content) {
    if (content.equals("*")) {
      return new Step.All();
    }
    if (content.length() > 1
        && (content.startsWith("'") && content.endsWith("'")
            || content.startsWith("\"") && content.endsWith("\""))) {
      return new Step.Name(content.substring(1, content.length() - 1));
    }
    try {
      return new Step.Index(Integer.parseInt(content));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * What the path finds in a document: the text of a scalar, the JSON of an array or object, NULL
   * for nothing, for JSON's null and for a text that is no JSON. After {@code [*]} it is an array.
   */
  @Nullable String read(String document) {
    if (steps == null) {
      return null;
    }
    JsonNode root;
    try {
      root = JSON.readTree(document);
    } catch (JsonProcessingException e) {
      return null;
    }
    List<JsonNode> found = List.of(root);
    boolean many = false;
    for (Step step : steps) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : found) {
        take(step, node, next);
      }
      many |= step instanceof Step.All;
      found = next;
    }
    if (found.isEmpty()) {
      return null;
    }
    return many ? array(found).toString() : text(found.get(0));
  }

  private static void take(Step step, JsonNode node, List<JsonNode> found) {
    if (step instanceof Step.Name name) {
      add(node.get(name.name()), found);
    } else if (step instanceof Step.Index index) {
      add(node.isArray() ? node.get(index.index()) : null, found);
    } else if (node.isArray()) {
      node.forEach(found::add);
    }
  }

  private static void add(@Nullable JsonNode node, List<JsonNode> found) {
    if (node != null) {
      found.add(node);
    }
  }

  private static ArrayNode array(List<JsonNode> nodes) {
    return JsonNodeFactory.instance.arrayNode().addAll(nodes);
  }

  private static @Nullable String text(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return null;
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
