package io.tunnel.server.http;

import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.control.Fault;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.limit.ClientStatistics;
import io.tunnel.server.limit.Clients;
import io.tunnel.server.limit.Limiter;
import io.tunnel.server.limit.Pace;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of the server: gives every request an id, asks who sent it, finds the resource, and
 * turns every failure into an error answer with a body.
 *
 * <p>A call has a thread only while it works. Documents are collected before, so a client that
 * sends one slowly holds nobody up. Transfers, whose pace is the client's, do hold a thread each;
 * there are more threads than transfers, so the other calls always find one.
 */
public final class TunnelHandler extends Handler.Abstract {
  /** What address and headers of a request may take together. */
  public static final int HEAD_BYTES = 64 * 1024;

  /** The threads that the server needs for this many transfers and the calls beside them. */
  public static final int THREADS = 384;

  private static final int TRANSFERS = 320;

  private static final Logger LOG = LoggerFactory.getLogger(TunnelHandler.class);

  private final Authenticator authenticator;
  private final CompletableFuture<Routes> routes;
  private final Limiter limiter;
  private final int bytesPerSecond;
  private final Pace.Time time;
  private final Clients clients;
  private final RequestIds ids;
  private final CallControl control;
  private final ActiveCalls active = new ActiveCalls();
  private final Semaphore transfers = new Semaphore(TRANSFERS);

  /**
   * A handler for these routes.
   *
   * @param routes may come later; requests that come before wait for it
   * @param time how time passes for transfers that are slowed
   * @param control what a test may do with the calls
   */
  public TunnelHandler(
      Authenticator authenticator,
      CompletableFuture<Routes> routes,
      RateLimits limits,
      InstantSource clock,
      Pace.Time time,
      CallControl control) {
    this.authenticator = authenticator;
    this.limiter = new Limiter(limits, clock);
    this.bytesPerSecond = limits.bytesPerSecond();
    this.time = time;
    this.clients = new Clients(limits.isolate(), clock);
    this.routes = routes;
    this.ids = new RequestIds(clock);
    this.control = control;
  }

  /** What answers where no request can be read at all. */
  public Request.Handler connectionErrors() {
    return new ConnectionErrors(ids, clients);
  }

  /** What each client has done so far. */
  public List<ClientStatistics> clients() {
    return clients.statistics();
  }

  /**
   * Refuses new requests and waits for the end of those that run, at most for this time. Requests
   * whose client is silent are broken off.
   */
  public void drain(long millis) {
    active.drain(millis);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String requestId = ids.next();
    String path = request.getHttpURI().getPath() == null ? "/" : request.getHttpURI().getPath();
    RequestTarget target;
    ServiceException broken = null;
    try {
      target = RequestTarget.parse(path, request.getHttpURI().getQuery());
    } catch (ServiceException e) {
      target = RequestTarget.undecodable(path);
      broken = e;
    }
    Call call = new Call(request, response, callback, target, requestId, time);
    control.arrived(call);
    if (broken != null) {
      end(call, broken);
    } else if (!active.enter(call)) {
      end(call, ServiceError.SERVICE_UNAVAILABLE.exception());
    } else {
      // Long statements and commits are silent on the connection; only a silent client is too old.
      request.addIdleTimeoutListener(timeout -> false);
      begin(request, call);
    }
    return true;
  }

  /** Admits the call, and serves it at once or when its document has come. */
  private void begin(Request request, Call call) {
    CompletableFuture<Void> document;
    try {
      admit(call);
      control.admitted(call);
      if (call.operation().isTransfer()) {
        transfer(call);
        return;
      }
      document = call.readDocument();
    } catch (IOException | RuntimeException e) {
      end(call, e);
      return;
    }
    if (document.isDone()) {
      serve(call, document);
    } else {
      CompletableFuture<Void> unused =
          document.whenCompleteAsync(
              (done, failure) -> serve(call, document), request.getComponents().getExecutor());
    }
  }

  private void admit(Call call) throws IOException {
    RequestTarget target = call.target();
    if (call.isPut() && !call.hasFraming()) {
      throw ServiceError.MISSING_CONTENT_LENGTH.exception();
    }
    // People open the page with a browser, which signs nothing: it checks the token itself.
    if (LogviewResource.isPage(target)) {
      return;
    }
    ControlResource own = control.resourceOf(call);
    call.setCaller(
        (own == null ? authenticator : own.authenticator())
            .authenticate(call.method(), target.rawPath(), target.rawQuery(), headers(call)));
    if (own == null) {
      arrive(call).requireWelcome();
      CallRights.require(call);
    } else {
      CallRights.requireEverything(call);
    }
    call.checkDigest();
  }

  private Clients.Visit arrive(Call call) {
    RequestTarget target = call.target();
    String query = target.rawQuery();
    Clients.Visit visit =
        clients.arrive(
            call.owner(),
            call.clientAddress(),
            call.method(),
            target.rawPath(),
            query == null ? "" : query);
    call.setVisit(visit);
    return visit;
  }

  private void transfer(Call call) throws IOException {
    if (!transfers.tryAcquire()) {
      throw ServiceError.SLOT_EXCEEDED.retryable(
          "Your slot quota is exceeded: the server carries "
              + TRANSFERS
              + " blocks and row ranges at once; try again later",
          1000);
    }
    AtomicBoolean held = new AtomicBoolean(true);
    Runnable release =
        () -> {
          if (held.getAndSet(false)) {
            transfers.release();
          }
        };
    call.setPlace(release);
    try {
      if (bytesPerSecond != Integer.MAX_VALUE) {
        call.slowTo(bytesPerSecond);
      }
      serve(call, CompletableFuture.completedFuture(null));
    } finally {
      release.run();
    }
  }

  private Limiter.Permit permit(Call call) throws ServiceException {
    RequestTarget target = call.target();
    String session = String.valueOf(call.parameter("uploadid"));
    return switch (call.operation()) {
      case CREATE_UPLOAD -> limiter.createUpload(target.table());
      case WRITE_BLOCK -> limiter.writeBlock(target.project(), target.table(), session);
      case COMMIT_UPLOAD -> limiter.commit(target.table(), session);
      case WRITE_PACK -> limiter.writePack(target.project());
      case COMMIT_UPSERT -> {
        String partition = call.parameter("partition");
        yield limiter.commitUpsert(
            target.table() + (partition == null ? "" : " partition " + partition),
            String.valueOf(call.parameter("upsertid")));
      }
      case CREATE_DOWNLOAD -> limiter.createDownload(target.table());
      case CREATE_RESULT_DOWNLOAD -> limiter.createResultDownload(target.project());
      case READ_ROWS -> limiter.readRows(target.project());
      default -> limiter.unlimited();
    };
  }

  @SuppressWarnings("CatchingUnchecked") // on a thread of the pool nobody else would answer
  private void serve(Call call, CompletableFuture<Void> document) {
    Throwable failure = null;
    try {
      document.join();
      ControlResource own = control.resourceOf(call);
      if (own != null) {
        own.serve(call);
      } else {
        try (Limiter.Permit permit = permit(call)) {
          call.setPermit(permit);
          routes.join().serve(call);
        }
      }
      if (!call.isAnswered()) {
        throw new IllegalStateException("The call was not answered: " + call.target().rawPath());
      }
    } catch (Throwable e) {
      failure = e;
    }
    end(call, failure);
  }

  private void end(Call call, @Nullable Throwable failure) {
    try {
      if (failure == null) {
        return;
      }
      if (call.isAnswered() || call.isCutByFault()) {
        LOG.info("Request {} broke off: {}", call.requestId(), failure.toString());
        call.abort(failure);
      } else {
        fail(call, failure);
      }
    } finally {
      call.end();
      active.leave(call);
    }
  }

  private static Map<String, String> headers(Call call) {
    Map<String, String> headers = new HashMap<>();
    for (HttpField field : call.headers()) {
      String value = field.getValue() == null ? "" : field.getValue();
      headers.merge(field.getName().toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b);
    }
    return headers;
  }

  private void fail(Call call, Throwable failure) {
    if (failure instanceof InjectedRefusal refusal) {
      refuse(call, refusal.fault());
      return;
    }
    ServiceException error = ErrorAnswer.reason(failure);
    if (!call.hasVisit() && control.resourceOf(call) == null) {
      arrive(call);
    }
    if (error.error().status() >= 500) {
      LOG.error(
          "Request {}: {} {}", call.requestId(), call.method(), call.target().rawPath(), failure);
    }
    if (error.retryAfterMillis() > 0) {
      call.answerHeader("Retry-After", String.valueOf((error.retryAfterMillis() + 999) / 1000));
    }
    call.sendError(
        ErrorAnswer.of(error, call.target().service(), call.requestId(), call.serviceEndpoint()));
  }

  private static void refuse(Call call, Fault.Refuse fault) {
    if (!fault.retryAfter().isZero()) {
      call.answerHeader("Retry-After", String.valueOf(fault.retryAfterSeconds()));
    }
    call.sendError(
        ErrorAnswer.of(fault, call.target().service(), call.requestId(), call.serviceEndpoint()));
  }
}
