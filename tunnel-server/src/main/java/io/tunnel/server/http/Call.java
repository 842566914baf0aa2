package io.tunnel.server.http;

import io.tunnel.server.Operation;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.control.Recording;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.limit.Clients;
import io.tunnel.server.limit.Limiter;
import io.tunnel.server.limit.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Used by one thread at a time, except where it says otherwise. */
final class Call {
  /** The header that every answer carries. */
  static final String REQUEST_ID = "x-odps-request-id";

  private static final int BUFFER_BYTES = 64 * 1024;

  /** How the service calls a connection that broke before the answer had ended. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private static final int FIRST_FAILED_STATUS = 300;

  private final Pace.Time time;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final String requestId;
  private final TransferTimes times = new TransferTimes();
  private final RequestBody body;
  private final Document document;
  private RequestTarget target;
  private byte[] documentBytes = {};
  private String owner = "";
  private Rights rights = Rights.nothing();
  private boolean answered;
  private boolean cutByFault;
  private boolean cutsRequest;
  private boolean slowsDocuments;
  private long answerLimit = Long.MAX_VALUE;
  private long bytesPerSecond = Long.MAX_VALUE;
  private @Nullable Pace pace;
  private @Nullable Recording recording;
  private Clients.@Nullable Visit visit;
  private Limiter.@Nullable Permit permit;
  private @Nullable Runnable place;
  private volatile int documentSent;
  private volatile boolean readsDocument;
  private volatile @Nullable AnswerStream stream;

  Call(
      Request request,
      Response response,
      Callback callback,
      RequestTarget target,
      String requestId,
      Pace.Time time) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.target = target;
    this.requestId = requestId;
    this.time = time;
    this.body = new RequestBody(request, times);
    this.document = new Document(request);
    response.getHeaders().put(REQUEST_ID, requestId);
  }

  String method() {
    return request.getMethod();
  }

  boolean isGet() {
    return method().equals("GET") || method().equals("HEAD");
  }

  boolean isPost() {
    return method().equals("POST");
  }

  boolean isPut() {
    return method().equals("PUT");
  }

  /** What is asked for. */
  Operation operation() {
    return Operation.of(method(), target.segments(), target.parameters());
  }

  /** Where the request goes to. */
  RequestTarget target() {
    return target;
  }

  List<String> segments() {
    return target.segments();
  }

  /** The segment of the path, decoded; segment 0 is {@code projects} and the like. */
  String segment(int index) {
    return target.segments().get(index);
  }

  /** Whether the query has the parameter, with or without a value. */
  boolean has(String parameter) {
    return target.has(parameter);
  }

  /** The value of a parameter, or null if it is absent or empty. */
  @Nullable String parameter(String name) {
    String value = target.parameters().get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The value of a parameter that must be there. */
  String required(String name) throws ServiceException {
    String value = parameter(name);
    if (value == null) {
      throw ServiceError.INVALID_PARAMETER.exception("The parameter " + name + " is missing");
    }
    return value;
  }

  boolean isTrue(String name) {
    return "true".equalsIgnoreCase(parameter(name));
  }

  /** Whether a switch is on: named without a value, or with any but {@code false}. */
  boolean isFlag(String name) {
    return has(name) && !"false".equalsIgnoreCase(parameter(name));
  }

  @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  /** All header fields as received. */
  Iterable<HttpField> headers() {
    return request.getHeaders();
  }

  String requestId() {
    return requestId;
  }

  /** Who sent the request. */
  String owner() {
    return owner;
  }

  /** What the sender may do: nothing before it is known who that is. */
  Rights rights() {
    return rights;
  }

  /** From here on the call is that of a known sender. */
  void setCaller(Authenticator.Caller caller) {
    owner = caller.owner();
    rights = caller.rights();
    caller.signedParameters().ifPresent(signed -> target = target.withParameters(signed));
  }

  /** Where the request came from. */
  String clientAddress() {
    return Request.getRemoteAddr(request);
  }

  /** From here on the call counts for its client, who is told apart by it. */
  void setVisit(Clients.Visit value) {
    visit = value;
  }

  /**
   * What the call holds ends with its answer. A client that has the answer may send the next call
   * at once, which must find the place free.
   */
  void setPermit(Limiter.Permit value) {
    permit = value;
  }

  /**
   * The call holds a place among the transfers, which a client that has its document finds free. A
   * stream of rows keeps the place, as it keeps its thread, until its client has taken the last of
   * them.
   *
   * @param release gives the place back, if that has not been done
   */
  void setPlace(Runnable release) {
    place = release;
  }

  boolean hasVisit() {
    return visit != null;
  }

  /** The call has ended and nothing moves any more. */
  void end() {
    if (visit != null) {
      visit.end(received(), sent());
    }
  }

  /** The address under which the client knows this server: {@code host:port}. */
  String hostAndPort() {
    String host = header("Host");
    return host == null
        ? Request.getServerName(request) + ":" + Request.getServerPort(request)
        : host;
  }

  /**
   * The address of this server for clients that take it apart at its one colon, and never connect
   * to it.
   */
  String workerAddress() {
    String host = Request.getServerName(request);
    return (host.contains(":") ? "localhost" : host) + ":" + Request.getServerPort(request);
  }

  /** How the client came: {@code http} or {@code https}. */
  String scheme() {
    return request.isSecure() ? "https" : "http";
  }

  /** The service endpoint under the address that the client used. */
  String serviceEndpoint() {
    return scheme() + "://" + hostAndPort() + RequestTarget.PREFIX;
  }

  /**
   * From here on the body must match the digest that the client has announced, if it has.
   *
   * @throws ServiceException if what is announced is no digest
   */
  void checkDigest() throws ServiceException {
    BodyDigest digest = BodyDigest.of(header("Content-MD5"));
    body.setDigest(digest);
    document.setDigest(digest);
  }

  /** Where the time of the call has gone so far. */
  TransferTimes times() {
    return times;
  }

  /** From here on body and rows move at this pace, or at a slower one that was set before. */
  void slowTo(long bytes) {
    if (bytes < bytesPerSecond) {
      bytesPerSecond = bytes;
      Pace slower = new Pace(bytes, time);
      pace = slower;
      body.setPace(slower);
    }
  }

  /** From here on documents of the answer move at this pace too. */
  void slowEverythingTo(long bytes) {
    slowsDocuments = true;
    slowTo(bytes);
  }

  /** The record of the call; null if nobody keeps one. */
  @Nullable Recording recording() {
    return recording;
  }

  void setRecording(Recording value) {
    recording = value;
  }

  /**
   * The connection is to break when so many bytes of the body have come, or at its end. An answer
   * that comes before, because nobody reads the body, is not sent.
   */
  void cutRequestAfter(long bytes) {
    cutsRequest = true;
    cutAnswerAfter(0);
    body.cutAfter(bytes, this::cutByFault);
  }

  /**
   * The connection is to break when so many bytes of the answer are gone, or before its end; after
   * 0 bytes nothing is sent at all.
   */
  void cutAnswerAfter(long bytes) {
    answerLimit = bytes;
  }

  /** Whether a fault has cut the connection: nobody is there to be answered. */
  boolean isCutByFault() {
    return cutByFault;
  }

  private void cutByFault() {
    cutByFault = true;
    cut("A fault has cut the connection");
  }

  /** Whether the request says how its body ends; without that nobody knows whether there is one. */
  boolean hasFraming() {
    HttpFields headers = request.getHeaders();
    return headers.contains(HttpHeader.CONTENT_LENGTH)
        || headers.contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * The body as it arrives; a body that breaks off gives an IOException, never an early end.
   * Closing it leaves the rest of the body readable.
   */
  InputStream body() {
    return body;
  }

  /** Begins to read the body as a document; no thread waits meanwhile. */
  CompletableFuture<Void> readDocument() {
    readsDocument = true;
    return document
        .read()
        .thenAccept(
            bytes -> {
              documentBytes = bytes;
              readsDocument = false;
              if (cutsRequest) {
                cutByFault();
                throw new IllegalStateException("A fault has cut the connection");
              }
            });
  }

  /** The document that has been read, as text. */
  String document() {
    return new String(documentBytes, StandardCharsets.UTF_8);
  }

  /** How many bytes have come and gone so far. Any thread may ask. */
  long moved() {
    return received() + sent();
  }

  private long received() {
    return body.received() + document.received();
  }

  private long sent() {
    AnswerStream out = stream;
    return out == null ? documentSent : out.sent();
  }

  /** Whether the call waits for its client right now. Any thread may ask. */
  boolean isWaitingForClient() {
    AnswerStream out = stream;
    return readsDocument || body.isWaiting() || (out != null && out.isWaiting());
  }

  /** Sets a header of the answer. */
  void answerHeader(String name, String value) {
    response.getHeaders().put(name, value);
  }

  void sendXml(int status, String text) {
    send(status, null, "application/xml", Xml.DECLARATION + text, callback);
  }

  void sendJson(int status, String text) {
    send(status, null, "application/json", text, callback);
  }

  void sendHtml(int status, String text) {
    send(status, null, "text/html;charset=utf-8", text, callback);
  }

  void sendText(String text) {
    send(200, null, "text/plain", text, callback);
  }

  void sendEmpty(int status) {
    send(status, null, "application/xml", "", callback);
  }

  /** Answers with an error. What the client still sends is read and dropped behind the answer. */
  void sendError(ErrorAnswer error) {
    send(
        error.status(),
        error.code(),
        error.type(),
        error.text(),
        Callback.from(() -> new Leftover(request, callback).run(), callback::failed));
  }

  private void send(int status, @Nullable String code, String type, String text, Callback sent) {
    answered = true;
    body.release();
    if (place != null) {
      place.run();
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = method().equals("HEAD") ? 0 : bytes.length;
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    try {
      if (pace != null && slowsDocuments) {
        pace.moved(length);
      }
    } catch (IOException e) {
      abort(e);
      return;
    }
    boolean whole = answerLimit == Long.MAX_VALUE;
    documentSent = whole ? length : (int) Math.max(0, Math.min(answerLimit, length - 1));
    noteAnswer(status, code);
    ByteBuffer content = ByteBuffer.wrap(bytes, 0, documentSent);
    if (whole) {
      response.write(true, content, sent);
    } else {
      sendPart(content);
    }
  }

  /** Sends the beginning of a document and cuts the connection. */
  private void sendPart(ByteBuffer part) {
    Callback cut =
        Callback.from(
            () -> {
              cutByFault();
              abort(new IOException("A fault has cut the connection"));
            },
            callback::failed);
    if (part.hasRemaining()) {
      response.write(false, part, cut);
    } else {
      cut.succeeded();
    }
  }

  /** Everything that must have happened before the client can have the whole answer. */
  private void noteAnswer(int status, @Nullable String code) {
    if (recording != null) {
      recording.answered(status, code, received(), sent());
    }
    if (permit != null) {
      if (status < FIRST_FAILED_STATUS) {
        permit.succeeded();
      }
      permit.close();
    }
    if (visit != null) {
      if (status < FIRST_FAILED_STATUS) {
        visit.succeeds();
      } else {
        visit.fails(status, code == null ? String.valueOf(status) : code);
      }
    }
  }

  /** Starts a streamed answer. The caller closes the stream, which ends the answer. */
  AnswerStream stream(@Nullable String coding) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
    if (coding != null) {
      response.getHeaders().put(HttpHeader.CONTENT_ENCODING, coding);
    }
    answered = true;
    OutputStream sink = Content.Sink.asOutputStream(response);
    if (answerLimit != Long.MAX_VALUE) {
      sink = new CutOutput(sink, answerLimit, this::cutByFault);
    }
    AnswerStream opened =
        new AnswerStream(sink, callback, () -> noteAnswer(200, null), BUFFER_BYTES, pace, times);
    stream = opened;
    return opened;
  }

  /** Whether an answer has been started: then no error answer can follow. */
  boolean isAnswered() {
    return answered;
  }

  /** Breaks the connection, so that the client does not take a cut answer for a complete one. */
  void abort(Throwable cause) {
    recordCut();
    if (visit != null) {
      boolean broken = cutByFault || cause instanceof EofException;
      ServiceError error = ErrorAnswer.reason(cause).error();
      visit.fails(
          broken ? CLIENT_CLOSED_REQUEST : error.status(),
          broken ? String.valueOf(CLIENT_CLOSED_REQUEST) : error.code());
    }
    // Jetty reports failures loudly, but not those of the connection.
    callback.failed(cutByFault ? new EofException(cause) : cause);
  }

  /** Closes the connection under the call, whatever it does. Any thread may do this. */
  void cut(String reason) {
    recordCut();
    request.getConnectionMetaData().getConnection().getEndPoint().close(new IOException(reason));
  }

  private void recordCut() {
    if (recording != null) {
      recording.cut(received(), sent());
    }
  }
}
