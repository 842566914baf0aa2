package io.tunnel.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tunnel.benchmark.dataset.ProcessMemory;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server of a run, in a process of its own: drops checked bodies, or commits to a directory.
 */
final class ServerMain {
  private @Nullable Path directory;

  private ServerMain() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ServerMain server = new ServerMain();
    new CommandLoop()
        .on("start", server::start)
        .on("cpu", ServerMain::cpu)
        .on("usage", server::usage)
        .run();
  }

  private Object start(Arguments arguments) throws IOException {
    directory = Path.of(arguments.text("directory"));
    LocalTunnel tunnel =
        LocalTunnel.start(
            LocalTunnelConfig.builder()
                .project(Main.PROJECT)
                .account(Main.ACCESS_ID, Main.ACCESS_KEY)
                .anonymous(true)
                .dataDirectory(directory)
                .discardBodies(arguments.flag("discard"))
                .build());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("endpoint", tunnel.endpoint().toString());
    answer.put("dropPort", new DropServer().port());
    return answer;
  }

  private static Object cpu(Arguments arguments) {
    return Map.of("nanos", system().getProcessCpuTime());
  }

  private static UnixOperatingSystemMXBean system() {
    return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }

  /** What the process holds after a garbage collection. */
  private Object usage(Arguments arguments) throws IOException {
    System.gc();
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    usage.put("direct", DirectMemory.used());
    usage.put("resident", ProcessMemory.resident());
    usage.put("threads", ManagementFactory.getThreadMXBean().getThreadCount());
    usage.put("openFiles", system().getOpenFileDescriptorCount());
    if (directory != null) {
      try (Stream<Path> files = Files.walk(directory)) {
        usage.put("files", files.filter(Files::isRegularFile).count());
      }
    }
    return usage;
  }
}
