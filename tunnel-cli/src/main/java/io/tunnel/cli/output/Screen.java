package io.tunnel.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Standard output and standard error, and what they can show. Text is always UTF-8, whatever the
 * locale, because table content is. Colours are used only on a terminal and never when {@code
 * NO_COLOR} is set.
 *
 * @param out results
 * @param err progress, remarks and errors
 * @param inputIsTerminal whether a person types on standard input
 * @param outputIsTerminal whether a person reads standard output
 * @param errorIsTerminal whether a person reads standard error
 * @param colours whether escape sequences may be written to {@code out} and {@code err}
 * @param width columns of the terminal
 */
public record Screen(
    PrintStream out,
    PrintStream err,
    boolean inputIsTerminal,
    boolean outputIsTerminal,
    boolean errorIsTerminal,
    boolean colours,
    int width) {
  private static final int DEFAULT_WIDTH = 100;

  /**
   * The screen of this process. A JVM cannot tell which of its three streams is a terminal, so the
   * start script says it in {@code TUNNEL_TERMINAL} (the digits of the streams that are); without
   * it the streams count as a terminal only if all of them are.
   */
  public static Screen ofProcess(Map<String, String> environment) {
    String streams = environment.get("TUNNEL_TERMINAL");
    boolean console = System.console() != null;
    boolean input = streams == null ? console : streams.contains("0");
    boolean output = streams == null ? console : streams.contains("1");
    boolean error = streams == null ? console : streams.contains("2");
    boolean colours =
        output
            && error
            && !environment.containsKey("NO_COLOR")
            && !"dumb".equals(environment.get("TERM"));
    return new Screen(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        input,
        output,
        error,
        colours,
        width(environment.get("COLUMNS")));
  }

  /** A screen without a terminal that writes to these streams. */
  public static Screen plain(PrintStream out, PrintStream err) {
    return new Screen(out, err, false, false, false, false, DEFAULT_WIDTH);
  }

  /** The text, emphasised. */
  public String bold(String text) {
    return styled("1", text);
  }

  /** The text, held back. */
  public String dim(String text) {
    return styled("2", text);
  }

  /** The text in the colour of success. */
  public String green(String text) {
    return styled("32", text);
  }

  /** The text in the colour of failure. */
  public String red(String text) {
    return styled("31", text);
  }

  /** The text in the colour of commands and names. */
  public String cyan(String text) {
    return styled("36", text);
  }

  private String styled(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int width(@Nullable String columns) {
    if (columns == null || !columns.matches("[1-9][0-9]{1,3}")) {
      return DEFAULT_WIDTH;
    }
    return Integer.parseInt(columns);
  }
}
