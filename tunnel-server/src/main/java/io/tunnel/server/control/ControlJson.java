package io.tunnel.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.Operation;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rules, clock and records as JSON. What cannot be read is an {@link IllegalArgumentException}
 * whose message says what to change.
 */
public final class ControlJson {
  private static final List<String> FAULTS =
      List.of("refuse", "loseAnswer", "cutRequestAfter", "cutAnswerAfter", "slowTo");

  private static final Set<String> RULE_MEMBERS =
      Set.of("on", "table", "block", "partition", "after", "times");

  private static final Set<String> REFUSE_MEMBERS =
      Set.of("status", "code", "message", "retryAfterSeconds", "holdClientMillis");

  private ControlJson() {}

  /** Sets the fault that a document describes. */
  public static FaultRule fail(ServerControl control, JsonNode document) {
    Set<String> known = new TreeSet<>(RULE_MEMBERS);
    known.addAll(FAULTS);
    requireKnown(document, known);
    return control.fail(calls(document), fault(document));
  }

  private static Calls calls(JsonNode node) {
    JsonNode times = node.path("times");
    String partition = text(node, "partition");
    return new Calls(
        operation(text(node, "on")),
        text(node, "table"),
        node.has("block") ? Math.toIntExact(number(node, "block", Integer.MAX_VALUE)) : null,
        partition == null ? null : PartitionSpec.parse(partition),
        node.has("after") ? number(node, "after", Long.MAX_VALUE) : 0,
        times.isMissingNode()
            ? 1
            : times.asText().equals("always")
                ? Long.MAX_VALUE
                : number(node, "times", Long.MAX_VALUE));
  }

  private static @Nullable Operation operation(@Nullable String name) {
    if (name == null) {
      return null;
    }
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"on\" must be one of "
                        + Arrays.stream(Operation.values())
                            .map(Operation::name)
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + name));
  }

  private static Fault fault(JsonNode node) {
    List<String> named = FAULTS.stream().filter(node::has).toList();
    if (named.size() != 1) {
      throw new IllegalArgumentException(
          "A rule has exactly one of " + String.join(", ", FAULTS) + "; this one has " + named);
    }
    String name = named.get(0);
    return switch (name) {
      case "refuse" -> refuse(node.path(name));
      case "loseAnswer" -> {
        if (!node.path(name).isBoolean() || !node.path(name).booleanValue()) {
          throw new IllegalArgumentException("\"loseAnswer\" can only be true");
        }
        yield Fault.loseAnswer();
      }
      case "cutRequestAfter" -> Fault.cutRequest(number(node, name, Long.MAX_VALUE));
      case "cutAnswerAfter" -> Fault.cutAnswer(number(node, name, Long.MAX_VALUE));
      default -> Fault.slow(number(node, name, Long.MAX_VALUE));
    };
  }

  private static Fault.Refuse refuse(JsonNode node) {
    requireKnown(node, REFUSE_MEMBERS);
    String code = text(node, "code");
    if (code == null) {
      throw new IllegalArgumentException(
          "\"refuse\" needs a status and a code, for example {\"status\": 429, \"code\":"
              + " \"FlowExceeded\"}");
    }
    Fault.Refuse refuse = Fault.refuse((int) number(node, "status", 599), code);
    String message = text(node, "message");
    if (message != null) {
      refuse = refuse.message(message);
    }
    if (node.has("retryAfterSeconds")) {
      refuse =
          refuse.retryAfter(
              Duration.ofSeconds(number(node, "retryAfterSeconds", Integer.MAX_VALUE)));
    }
    if (node.has("holdClientMillis")) {
      refuse = refuse.hold(Duration.ofMillis(number(node, "holdClientMillis", Integer.MAX_VALUE)));
    }
    return refuse;
  }

  /** Freezes, moves or runs the clock, as the one member of a document says. */
  public static void setClock(ControlledClock clock, JsonNode document) {
    requireKnown(document, Set.of("freeze", "advance", "run"));
    if (document.size() != 1) {
      throw new IllegalArgumentException(
          "The clock takes one order at a time: freeze, advance or run");
    }
    JsonNode freeze = document.path("freeze");
    String advance = text(document, "advance");
    try {
      if (freeze.isTextual()) {
        clock.freezeAt(Instant.parse(freeze.textValue()));
      } else if (freeze.isBoolean() && freeze.booleanValue()) {
        clock.freeze();
      } else if (advance != null) {
        clock.advance(Duration.parse(advance));
      } else if (document.path("run").isBoolean() && document.path("run").booleanValue()) {
        clock.run();
      } else {
        throw new IllegalArgumentException(
            "The clock knows {\"freeze\": true}, {\"freeze\": \"2026-01-31T12:00:00Z\"},"
                + " {\"advance\": \"PT24H\"} and {\"run\": true}");
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "The clock cannot be set: "
              + e.getMessage()
              + "; an instant is written"
              + " 2026-01-31T12:00:00Z, a duration PT24H",
          e);
    }
  }

  /** What the clock shows. */
  public static ObjectNode write(ControlledClock clock) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("now", clock.instant().toString())
        .put("frozen", clock.isFrozen());
  }

  /** A rule in the form in which it is set, and what has become of it. */
  public static ObjectNode write(FaultRule rule) {
    Calls calls = rule.calls();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (calls.operation() != null) {
      node.put("on", calls.operation().name());
    }
    if (calls.table() != null) {
      node.put("table", calls.table());
    }
    if (calls.block() != null) {
      node.put("block", calls.block());
    }
    if (calls.partition() != null) {
      node.put("partition", calls.partition().toString());
    }
    node.put("after", calls.after());
    if (calls.times() == Long.MAX_VALUE) {
      node.put("times", "always");
    } else {
      node.put("times", calls.times());
    }
    put(node, rule.fault());
    return node.put("seen", rule.seen()).put("happened", rule.happened());
  }

  private static void put(ObjectNode node, Fault fault) {
    if (fault instanceof Fault.Refuse refuse) {
      ObjectNode details =
          node.putObject("refuse")
              .put("status", refuse.status())
              .put("code", refuse.code())
              .put("message", refuse.message());
      if (!refuse.retryAfter().isZero()) {
        details.put("retryAfterSeconds", refuse.retryAfterSeconds());
      }
      if (!refuse.hold().isZero()) {
        details.put("holdClientMillis", refuse.hold().toMillis());
      }
    } else if (fault instanceof Fault.LoseAnswer) {
      node.put("loseAnswer", true);
    } else if (fault instanceof Fault.CutRequest cut) {
      node.put("cutRequestAfter", cut.bytes());
    } else if (fault instanceof Fault.CutAnswer cut) {
      node.put("cutAnswerAfter", cut.bytes());
    } else if (fault instanceof Fault.Slow slow) {
      node.put("slowTo", slow.bytesPerSecond());
    }
  }

  /** A recorded request. */
  public static ObjectNode write(RecordedRequest request) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("requestId", request.requestId())
            .put("operation", request.operation().name())
            .put("method", request.method())
            .put("path", request.path())
            .put("end", request.end().name().toLowerCase(Locale.ROOT))
            .put("status", request.status());
    if (request.errorCode() != null) {
      node.put("errorCode", request.errorCode());
    }
    node.put("requestBytes", request.requestBytes())
        .put("answerBytes", request.answerBytes())
        .put("start", request.start().toString())
        .put("durationMicros", request.duration().toNanos() / 1000);
    Fault fault = request.fault();
    if (fault != null) {
      put(node.putObject("fault"), fault);
    }
    return node;
  }

  private static void requireKnown(JsonNode node, Set<String> known) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("A JSON object is needed, with members of " + known);
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new IllegalArgumentException(
                    "\"" + name + "\" is unknown here; known are " + new TreeSet<>(known));
              }
            });
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new IllegalArgumentException("\"" + name + "\" must be a text, not " + value);
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String name, long most) {
    JsonNode value = node.path(name);
    if (!value.canConvertToExactIntegral()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > most) {
      throw new IllegalArgumentException(
          "\"" + name + "\" must be a whole number from 0 to " + most + ", not " + value);
    }
    return value.longValue();
  }
}
