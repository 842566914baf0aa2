package io.tunnel.it.driven;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program with a {@link CommandLoop}, in a JVM of its own. One caller at a time. What the program
 * prints on standard error is kept (the last lines of it) and put into the messages of failures.
 */
public final class DrivenProgram implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT_LINES = 60;
  private static final long SECONDS_TO_END = 10;

  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final Deque<String> errorLines = new ArrayDeque<>();
  private final Thread errorReader;

  private DrivenProgram(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.errorReader = new Thread(this::readErrors, name + "-stderr");
    this.errorReader.setDaemon(true);
    this.errorReader.start();
  }

  /**
   * Starts the program of a module that wrote its class path to {@code target/class-path.txt}.
   *
   * @param module the folder of the module
   * @param mainClass the class with the loop
   * @param flags flags of the JVM
   * @param arguments arguments of the program
   */
  public static DrivenProgram start(
      Path module, String mainClass, List<String> flags, List<String> arguments)
      throws IOException {
    Path target = module.resolve("target");
    String classPath =
        target.resolve("classes")
            + System.getProperty("path.separator")
            + Files.readString(target.resolve("class-path.txt")).strip();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return new DrivenProgram(name, new ProcessBuilder(command).start());
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws ProgramException if the program answered with an error
   * @throws IOException if the program ended
   */
  public @Nullable Object call(String command, Map<String, ?> arguments) throws IOException {
    Map<String, Object> request = new LinkedHashMap<>(arguments);
    request.put("command", command);
    commands.write(JSON.writeValueAsString(request));
    commands.write('\n');
    commands.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException(name + " ended during " + command + ":\n" + errors());
    }
    Map<String, Object> answer = JSON.readValue(line, new TypeReference<Map<String, Object>>() {});
    if (answer.get("error") instanceof Map<?, ?> error) {
      throw new ProgramException(
          String.valueOf(error.get("type")),
          String.valueOf(error.get("message")),
          name + " failed on " + command + ": " + error.get("trace") + "\n" + errors());
    }
    return answer.get("result");
  }

  /** As {@link #call}, for a command that answers with an object. */
  @SuppressWarnings("unchecked")
  public Map<String, Object> ask(String command, Map<String, ?> arguments) throws IOException {
    Object result = call(command, arguments);
    if (result instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new IOException(name + " answered " + command + " with " + result);
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** The last lines of standard error. */
  public String errors() {
    synchronized (errorLines) {
      return String.join("\n", errorLines);
    }
  }

  /** Ends the input, upon which the program ends; kills it if it does not. */
  @Override
  public void close() throws IOException {
    try {
      commands.close();
    } catch (IOException e) {
      // The program is gone already, which is what closing is for.
      process.destroyForcibly();
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      errorReader.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_END));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }

  private void readErrors() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (errorLines) {
          errorLines.addLast(line);
          if (errorLines.size() > KEPT_LINES) {
            errorLines.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      synchronized (errorLines) {
        errorLines.addLast("(standard error ended: " + e.getMessage() + ")");
      }
    }
  }
}
