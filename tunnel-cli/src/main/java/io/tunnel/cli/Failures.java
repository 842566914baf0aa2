package io.tunnel.cli;

import io.tunnel.cli.output.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one sentence on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Screen screen;
  private final BooleanSupplier stacktrace;

  Failures(Screen screen, BooleanSupplier stacktrace) {
    this.screen = screen;
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    print(e instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : usage(e));
    command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) {
    print(sentence(e));
    // Anything else is a mistake of the program, and its place is needed to report it.
    boolean expected =
        e instanceof IOException
            || e instanceof SQLException
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException;
    if (stacktrace.getAsBoolean() || !expected) {
      e.printStackTrace(screen.err());
    }
    return ExitCode.SOFTWARE;
  }

  /** Of a name that is none of an option's, picocli's own words are about Java. */
  private static String usage(ParameterException e) {
    if (e.getArgSpec() instanceof OptionSpec option && option.type().isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object constant : option.type().getEnumConstants()) {
        names.add(constant.toString().toLowerCase(Locale.ROOT));
      }
      String last = names.remove(names.size() - 1);
      return option.longestName()
          + " is "
          + String.join(", ", names)
          + " or "
          + last
          + ", not "
          + e.getValue();
    }
    return sentence(e);
  }

  private static String unmatched(UnmatchedArgumentException e) {
    CommandLine command = e.getCommandLine();
    String argument = e.getUnmatched().get(0);
    List<String> known = new ArrayList<>();
    if (argument.startsWith("-")) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        known.add(option.longestName());
      }
      return "unknown option " + argument + NearestName.suggestion(argument, known);
    }
    known.addAll(command.getSubcommands().keySet());
    return (known.isEmpty() ? "unexpected argument " : "unknown command ")
        + argument
        + NearestName.suggestion(argument, known);
  }

  private static String sentence(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return "there is no file or folder " + missing.getFile();
    }
    if (e instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof FileSystemException && e.getMessage() != null) {
      return "file error: " + e.getMessage();
    }
    if (e instanceof SQLException sql && sql.getMessage() != null) {
      String state = sql.getSQLState();
      return sql.getMessage() + (state == null ? "" : " [SQLState " + state + "]");
    }
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  private void print(String sentence) {
    screen.err().println(screen.red("error:") + " " + sentence);
  }
}
