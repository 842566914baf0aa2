package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.TunnelException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error answers of the service, of its gateways and of the proxies in front of it, in one form
 * (specification: control plane, section 2.3; regular tunnel, section 7.1).
 *
 * @param failure what the caller gets to see
 * @param hold how long the service wants this client to pause before it goes on, at most 10 s
 */
record ErrorAnswer(TunnelException failure, Duration hold) {
  static final String REQUEST_ID_HEADER = "x-odps-request-id";
  private static final String ROUTED_SERVER_HEADER = "odps-tunnel-routed-server";

  private static final Duration LONGEST_HOLD = Duration.ofSeconds(10);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
  private static final int LONGEST_TEXT = 2000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TITLE =
      Pattern.compile("<title>([^<]*)</title>", Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /**
   * Reads an answer.
   *
   * @param purpose what was tried, as the start of a sentence
   * @param headers header name to value; unknown names give null
   */
  static ErrorAnswer read(
      String purpose, int status, UnaryOperator<@Nullable String> headers, byte[] body) {
    String text = new String(body, UTF_8).strip();
    Details details = null;
    if (text.startsWith("{")) {
      details = fromJson(text);
    } else if (text.startsWith("<") && !isHtml(text)) {
      details = fromXml(body);
    }
    if (details == null) {
      details = fromAnything(status, headers.apply("Server"), text);
    }
    String requestId = headers.apply(REQUEST_ID_HEADER);
    if (requestId == null || requestId.isEmpty()) {
      requestId = details.requestId.isEmpty() ? null : details.requestId;
    }
    TunnelException failure =
        TunnelException.answer(
            details.code.isEmpty() ? "Http" + status : details.code,
            status,
            requestId,
            purpose + " failed: " + withoutFullStop(details.message),
            retryAfter(headers.apply("Retry-After")));
    return new ErrorAnswer(
        failure.withRoutedServer(headers.apply(ROUTED_SERVER_HEADER)), details.hold);
  }

  private static @Nullable Details fromJson(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      String code = node.path("Code").asText("");
      String message = node.path("Message").asText("");
      if (code.isEmpty() && message.isEmpty()) {
        return null;
      }
      return new Details(
          code,
          message.isEmpty() ? code : message,
          node.path("RequestId").asText(""),
          min(millis(node.path("HoldClientMillis").asText("")), LONGEST_HOLD));
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  private static @Nullable Details fromXml(byte[] body) {
    try {
      XmlElement root = XmlElement.parse(body);
      String code = root.childText("Code");
      String message = root.childText("Message");
      if (!root.name().equals("Error") || (code.isEmpty() && message.isEmpty())) {
        return null;
      }
      return new Details(
          code, message.isEmpty() ? code : message, root.childText("RequestId"), Duration.ZERO);
    } catch (IOException notXml) {
      return null;
    }
  }

  private static Details fromAnything(int status, @Nullable String server, String text) {
    String who = server == null || server.isEmpty() ? "the server" : server;
    String message;
    if (isHtml(text)) {
      Matcher title = TITLE.matcher(text);
      message =
          "an HTML page came back instead of an answer of the service, from "
              + who
              + ", with HTTP status "
              + status
              + (title.find() ? " and the title \"" + title.group(1).strip() + "\"" : "")
              + "; check the endpoint and any proxy in between";
    } else if (text.isEmpty()) {
      message = who + " answered HTTP status " + status + " without any text";
    } else {
      message =
          who
              + " answered HTTP status "
              + status
              + ": "
              + (text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text);
    }
    return new Details("", message, "", Duration.ZERO);
  }

  private static boolean isHtml(String text) {
    String start = text.substring(0, Math.min(text.length(), 200)).toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html") || start.contains("<html");
  }

  private static String withoutFullStop(String message) {
    String text = message.strip();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /** Only the form in seconds is in use (specification: control plane, section 2.4). */
  private static Duration retryAfter(@Nullable String value) {
    return value == null || !NUMBER.matcher(value.strip()).matches()
        ? Duration.ZERO
        : min(Duration.ofSeconds(Long.parseLong(value.strip())), LONGEST_RETRY_AFTER);
  }

  private static Duration millis(String value) {
    return NUMBER.matcher(value).matches()
        ? Duration.ofMillis(Long.parseLong(value))
        : Duration.ZERO;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private record Details(String code, String message, String requestId, Duration hold) {}
}
