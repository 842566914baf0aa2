package io.tunnel.cli;

import java.util.Collection;

/** Finds what a person may have meant. */
final class NearestName {
  private NearestName() {}

  /** {@code ; did you mean NAME?}, or nothing if no name is near. */
  static String suggestion(String text, Collection<String> names) {
    String nearest = "";
    int least = Math.max(2, text.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(text, name);
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
  }

  /** How many characters must be changed, added or left out. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
