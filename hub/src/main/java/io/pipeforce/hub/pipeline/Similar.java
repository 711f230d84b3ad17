package io.pipeforce.hub.pipeline;

import java.util.Optional;

/** Finds the name that was probably meant. */
public final class Similar {
  private Similar() {}

  /** The nearest one, if no more than a third of its letters differ. */
  public static Optional<String> to(String typed, Iterable<String> names) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String name : names) {
      int distance = distance(typed, name);
      if (distance <= Math.max(2, name.length() / 3) && distance < least) {
        nearest = name;
        least = distance;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** Levenshtein's, row by row. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int i = 0; i < from.length(); i++) {
      int diagonal = row[0]++;
      for (int j = 0; j < to.length(); j++) {
        int replaced = diagonal + (from.charAt(i) == to.charAt(j) ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = Math.min(replaced, Math.min(row[j], row[j + 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
