package io.tunnel.benchmark;

import java.util.Locale;

/**
 * What the command line says.
 *
 * @param rows rows of each dataset
 * @param warmUps rounds that are not counted
 * @param rounds rounds whose median counts
 * @param only parts of names of the participants to run, separated by commas; empty for all
 * @param datasets parts of names of the datasets, as above
 * @param modes {@code drop}, {@code commit} or both
 */
record Settings(int rows, int warmUps, int rounds, String only, String datasets, String modes) {
  static final String USAGE =
      """
      benchmarks/run [--rows N] [--warm-ups N] [--rounds N] [--only NAME,...]
                     [--datasets lineitem,flights] [--modes drop,commit]
      """;

  static Settings parse(String[] arguments) {
    int rows = 2_000_000;
    int warmUps = 2;
    int rounds = 5;
    String only = "";
    String datasets = "lineitem,flights";
    String modes = "drop,commit";
    for (int i = 0; i < arguments.length; i += 2) {
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
        default ->
            throw new IllegalArgumentException("There is no option " + arguments[i] + "\n" + USAGE);
      }
    }
    return new Settings(rows, warmUps, rounds, only, datasets, modes);
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
