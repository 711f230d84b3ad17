package io.pipeforce.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Similar {
  private Similar() {}

  /** The name that the fewest typing mistakes turn into what was typed, if they are few enough. */
  static Optional<String> to(String typed, Collection<String> names) {
    return names.stream()
        .filter(name -> mistakes(typed, name) <= Math.max(1, name.length() / 2))
        .min(Comparator.comparingInt(name -> mistakes(typed, name)));
  }

  /**
   * How many letters are missing, too many, wrong, or swapped with their neighbour: the optimal
   * string alignment distance.
   */
  static int mistakes(String a, String b) {
    int[][] distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(
                distance[i - 1][j - 1] + wrong,
                Math.min(distance[i - 1][j], distance[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = best;
      }
    }
    return distance[a.length()][b.length()];
  }
}
