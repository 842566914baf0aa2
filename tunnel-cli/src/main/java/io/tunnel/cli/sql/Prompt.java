package io.tunnel.cli.sql;

import io.tunnel.cli.output.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The interactive prompt: statements over several lines, history kept in the home directory, Ctrl-C
 * cancels what runs, Ctrl-D leaves.
 */
public final class Prompt {
  private static final String HELP =
      """
      A statement ends with a semicolon and may stand on several lines.
        show tables;                 what there is
        desc TABLE;                  columns of a table
        set KEY=VALUE;               sent with every later statement
        exit                         leave (or Ctrl-D); Ctrl-C cancels what runs
      """;

  private final StatementRunner runner;
  private final Screen screen;

  /** A prompt that runs its statements with this runner. */
  public Prompt(StatementRunner runner, Screen screen) {
    this.runner = runner;
    this.screen = screen;
  }

  /** Reads and runs statements until the user leaves. Errors are shown and the prompt goes on. */
  public void run(String project) throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .parser(new StatementParser())
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, " ".repeat(project.length()) + "> ")
              .variable(LineReader.HISTORY_FILE, Path.of(home(), ".tunnel_history"))
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      screen.out().println("Type help for help, exit to leave.");
      terminal.handle(Terminal.Signal.INT, signal -> cancel());
      loop(reader, screen.bold(project + "> "));
    }
  }

  private void loop(LineReader reader, String prompt) throws IOException {
    while (true) {
      String line;
      try {
        line = reader.readLine(prompt);
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        return;
      }
      switch (word(line)) {
        case "exit", "quit", "\\q" -> {
          return;
        }
        case "help", "\\?", "?" -> screen.out().print(HELP);
        default -> execute(line);
      }
    }
  }

  /** The line without blanks and semicolon, behind which many people are used to write one. */
  private static String word(String line) {
    String stripped = line.strip();
    return stripped.endsWith(";") ? stripped.substring(0, stripped.length() - 1).strip() : stripped;
  }

  private void execute(String line) throws IOException {
    for (String statement : StatementSplitter.split(line).complete()) {
      try {
        runner.run(statement);
      } catch (SQLException e) {
        screen.err().println(screen.red("error: ") + e.getMessage());
        return;
      }
    }
  }

  private void cancel() {
    try {
      if (runner.cancel()) {
        screen.err().println("cancelling ...");
      }
    } catch (SQLException e) {
      screen.err().println(screen.red("error: ") + "not cancelled: " + e.getMessage());
    }
  }

  private static String home() {
    return System.getProperty("user.home", ".");
  }

  /** Asks for another line until a semicolon ends the statement. */
  private static final class StatementParser implements Parser {
    private final DefaultParser words = new DefaultParser();

    StatementParser() {
      words.setEofOnUnclosedQuote(false);
      words.setEscapeChars(null);
      words.setQuoteChars(new char[0]);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && !isComplete(line)) {
        throw new EOFError(-1, -1, "the statement has no end yet");
      }
      return words.parse(line, cursor, context);
    }

    private static boolean isComplete(String line) {
      if (List.of("exit", "quit", "\\q", "help", "\\?", "?", "").contains(line.strip())) {
        return true;
      }
      StatementSplitter.Statements statements = StatementSplitter.split(line);
      return statements.rest().isEmpty() && !statements.open();
    }
  }
}
