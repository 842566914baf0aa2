package io.tunnel.server.http;

import io.tunnel.server.ServerStatistics;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.control.ArrivedCall;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.ServerControl;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the control for tests does with the calls of clients; nothing, if the server was started
 * without it. Its own calls are neither recorded nor can they have faults.
 */
public final class CallControl {
  /** Parameters whose values may be shown. Of all others, which may be tokens, only the name is. */
  private static final Set<String> SHOWN =
      Set.of(
          "uploadid",
          "downloadid",
          "blockid",
          "upsertid",
          "bucketid",
          "slotid",
          "slotnum",
          "lifecycle",
          "record_count",
          "block_version",
          "partition",
          "overwrite",
          "create_partition",
          "rowrange",
          "columns",
          "raw_size",
          "asyncmode",
          "getblockid",
          "quotaName",
          "curr_project",
          "curr_schema",
          "taskname",
          "marker",
          "maxitems",
          "name");

  private static final String HIDDEN = "*****";

  private final @Nullable ServerControl control;
  private final @Nullable ControlResource resource;

  private CallControl(@Nullable ServerControl control, @Nullable ControlResource resource) {
    this.control = control;
    this.resource = resource;
  }

  /** No control: its paths are answered as any unknown one. */
  public static CallControl off() {
    return new CallControl(null, null);
  }

  /**
   * A control that is reached over HTTP too.
   *
   * @param authenticator judges the calls to the control itself, by a clock that it does not move:
   *     else whoever has moved it could not reach it any more
   * @param statistics what clients have done so far
   */
  public static CallControl on(
      ServerControl control, Authenticator authenticator, Supplier<ServerStatistics> statistics) {
    return new CallControl(control, new ControlResource(control, authenticator, statistics));
  }

  /** The resource that a call of the control itself is for; null for calls of clients. */
  @Nullable ControlResource resourceOf(Call call) {
    return ControlResource.isFor(call.target()) ? resource : null;
  }

  /** A call has come, and nothing is known of it but its head. */
  void arrived(Call call) {
    if (control != null && resourceOf(call) == null) {
      call.setRecording(
          control.record(call.requestId(), call.operation(), call.method(), shown(call.target())));
    }
  }

  /** A call has been let in: now it counts, and has the fault that is due. */
  void admitted(Call call) throws IOException {
    if (control == null || call.recording() == null) {
      return;
    }
    Fault fault =
        control.faultOf(
            new ArrivedCall(
                call.operation(),
                call.target().table(),
                call.parameter("blockid"),
                call.parameter("partition")),
            call.recording());
    if (fault instanceof Fault.Refuse refuse) {
      throw new InjectedRefusal(refuse);
    } else if (fault instanceof Fault.LoseAnswer) {
      call.cutAnswerAfter(0);
    } else if (fault instanceof Fault.CutAnswer cut) {
      call.cutAnswerAfter(cut.bytes());
    } else if (fault instanceof Fault.CutRequest cut) {
      call.cutRequestAfter(cut.bytes());
    } else if (fault instanceof Fault.Slow slow) {
      call.slowEverythingTo(slow.bytesPerSecond());
    }
  }

  private static String shown(RequestTarget target) {
    String path = (target.service() ? RequestTarget.PREFIX : "") + target.rawPath();
    String query = target.rawQuery();
    return query == null
        ? path
        : path
            + "?"
            + Arrays.stream(query.split("&"))
                .map(CallControl::shown)
                .collect(Collectors.joining("&"));
  }

  private static String shown(String parameter) {
    int equals = parameter.indexOf('=');
    return equals < 0 || SHOWN.contains(parameter.substring(0, equals))
        ? parameter
        : parameter.substring(0, equals + 1) + HIDDEN;
  }
}
