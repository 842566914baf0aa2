package io.tunnel.benchmark;

import java.util.Locale;

/**
 * What the command line says.
 *
 * @param what what is measured
 * @param rows rows of each dataset
 * @param warmUps rounds that are not counted
 * @param rounds rounds whose median counts
 * @param only parts of names of the participants to run, separated by commas; empty for all
 * @param datasets parts of names of the datasets, as above
 * @param modes {@code drop}, {@code commit} or both
 * @param statements statements of a server's life
 * @param sessions sessions of a server's life
 * @param commits commits of upsert sessions, one after the other
 */
record Settings(
    What what,
    int rows,
    int warmUps,
    int rounds,
    String only,
    String datasets,
    String modes,
    int statements,
    int sessions,
    int commits) {
  static final String USAGE =
      """
      benchmarks/run [clients] [--rows N] [--warm-ups N] [--rounds N] [--only NAME,...]
                     [--datasets lineitem,flights] [--modes drop,commit]
      benchmarks/run server [--rows N] [--warm-ups N] [--rounds N] [--datasets lineitem,flights]
      benchmarks/run upserts [--rows N] [--warm-ups N] [--rounds N] [--only NAME,...]
      benchmarks/run commits [--rows N] [--commits N]
      benchmarks/run endurance [--statements N] [--sessions N]
      """;

  /** The tables. */
  enum What {
    CLIENTS,
    SERVER,
    UPSERTS,
    COMMITS,
    ENDURANCE
  }

  static Settings parse(String[] arguments) {
    int rows = 2_000_000;
    int warmUps = 2;
    int rounds = 5;
    String only = "";
    String datasets = "lineitem,flights";
    String modes = "drop,commit";
    int statements = 100_000;
    int sessions = 20_000;
    int commits = 200;
    What what = What.CLIENTS;
    int options = 0;
    if (arguments.length > 0 && !arguments[0].startsWith("--")) {
      what = what(arguments[0]);
      options = 1;
    }
    for (int i = options; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value\n" + USAGE);
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--rows" -> rows = Integer.parseInt(value.replace("_", ""));
        case "--warm-ups" -> warmUps = Integer.parseInt(value);
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--only" -> only = value.toLowerCase(Locale.ROOT);
        case "--datasets" -> datasets = value;
        case "--modes" -> modes = value;
        case "--statements" -> statements = Integer.parseInt(value.replace("_", ""));
        case "--sessions" -> sessions = Integer.parseInt(value.replace("_", ""));
        case "--commits" -> commits = Integer.parseInt(value.replace("_", ""));
        default ->
            throw new IllegalArgumentException("There is no option " + arguments[i] + "\n" + USAGE);
      }
    }
    return new Settings(
        what, rows, warmUps, rounds, only, datasets, modes, statements, sessions, commits);
  }

  private static What what(String name) {
    for (What what : What.values()) {
      if (what.name().equalsIgnoreCase(name)) {
        return what;
      }
    }
    throw new IllegalArgumentException("There is nothing to measure named " + name + "\n" + USAGE);
  }

  boolean wants(String list, String name) {
    if (list.isEmpty()) {
      return true;
    }
    for (String part : list.split(",")) {
      if (name.toLowerCase(Locale.ROOT).contains(part.strip())) {
        return true;
      }
    }
    return false;
  }
}
