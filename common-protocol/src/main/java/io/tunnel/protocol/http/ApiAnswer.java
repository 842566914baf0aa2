package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.TunnelException;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A complete answer of the kind 2xx. Not thread safe. */
public final class ApiAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String purpose;
  private final int status;
  private final UnaryOperator<@Nullable String> headers;
  private final byte[] body;

  /** Kept, because an answer is asked for its parts one after the other. */
  private @Nullable JsonNode json;

  ApiAnswer(String purpose, int status, UnaryOperator<@Nullable String> headers, byte[] body) {
    this.purpose = purpose;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The value of a header, or null. */
  public @Nullable String header(String name) {
    return headers.apply(name);
  }

  /** The id of the request, or null. */
  public @Nullable String requestId() {
    return headers.apply(ErrorAnswer.REQUEST_ID_HEADER);
  }

  /** Whether the body is empty. */
  public boolean isEmpty() {
    return body.length == 0;
  }

  /** The body as text. */
  public String text() {
    return new String(body, UTF_8);
  }

  /**
   * The body as a JSON object.
   *
   * @throws TunnelException with code {@code MalformedAnswer} if it is something else
   */
  public JsonNode json() throws TunnelException {
    JsonNode known = json;
    if (known != null) {
      return known;
    }
    try {
      JsonNode node = JSON.readTree(body);
      if (node != null && node.isObject()) {
        json = node;
        return node;
      }
      throw malformed("JSON object", null);
    } catch (JsonProcessingException e) {
      // The cause would repeat parts of the answer; the start of it is in the message already.
      throw malformed("JSON object", null);
    } catch (IOException e) {
      throw malformed("JSON object", e);
    }
  }

  /**
   * The body as an XML document.
   *
   * @throws TunnelException with code {@code MalformedAnswer} if it is something else
   */
  public XmlElement xml() throws TunnelException {
    try {
      return XmlElement.parse(body);
    } catch (IOException e) {
      throw malformed("XML document", e);
    }
  }

  /** The failure for an answer that lacks something the specification promises. */
  public TunnelException malformed(String expected, @Nullable Throwable cause) {
    String text = text().strip();
    String start = text.length() > 120 ? text.substring(0, 120) + "…" : text;
    return TunnelException.of(
        "MalformedAnswer",
        purpose
            + " failed: the answer should be or contain a "
            + expected
            + " but starts with \""
            + start
            + "\"; check that the endpoint is one of the service",
        requestId(),
        cause);
  }
}
