package io.tunnel.cli;

/** The characters of CSV as they are written on the command line. */
final class CsvCharacters {
  private CsvCharacters() {}

  /**
   * One character, or {@code \\t} for a tab.
   *
   * @throws IllegalArgumentException if it is neither; the message names the option
   */
  static char of(String option, String text) {
    if (text.equals("\\t")) {
      return '\t';
    }
    if (text.length() != 1) {
      throw new IllegalArgumentException(option + " must be one character, or \\t for a tab");
    }
    return text.charAt(0);
  }
}
