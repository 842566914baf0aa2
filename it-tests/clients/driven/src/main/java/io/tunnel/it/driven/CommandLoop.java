package io.tunnel.it.driven;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main loop of a driven program: one JSON object per line on standard input, one per line on
 * standard output. What libraries print goes to standard error. The loop ends with the input, so a
 * driven program does not outlive the test that started it.
 */
public final class CommandLoop {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Command> commands = new LinkedHashMap<>();

  /** One thing that a driven program can do. */
  @FunctionalInterface
  public interface Command {
    /**
     * Does it.
     *
     * @param arguments what the test sent
     * @return what JSON can carry
     */
    @Nullable Object run(Arguments arguments) throws Exception;
  }

  /** Makes a command known by its name. */
  public CommandLoop on(String name, Command command) {
    commands.put(name, command);
    return this;
  }

  /** Serves commands until the input ends, then ends the process. */
  public void run() throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      byte[] answer = JSON.writeValueAsBytes(answer(line));
      answers.write(answer, 0, answer.length);
      answers.write('\n');
      answers.flush();
    }
    // The clients leave threads behind that would keep the process alive.
    System.exit(0);
  }

  private Map<String, @Nullable Object> answer(String line) throws IOException {
    Arguments arguments =
        new Arguments(JSON.readValue(line, new TypeReference<Map<String, Object>>() {}));
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    try {
      Command command = commands.get(arguments.text("command"));
      if (command == null) {
        throw new IllegalArgumentException("No such command: " + arguments.text("command"));
      }
      answer.put("result", command.run(arguments));
    } catch (Exception e) {
      answer.put("error", describe(e));
    }
    return answer;
  }

  private static Map<String, Object> describe(Exception e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace, true));
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", e.getClass().getName());
    error.put("message", String.valueOf(e.getMessage()));
    error.put("trace", trace.toString());
    return error;
  }
}
