package io.pipeforce.internal.dispatch;

import java.util.ArrayList;
import java.util.List;

/** What the attributes of {@code @Event} may say, at compile time as well as at start. */
public final class HandlerRules {
  /**
   * One thing that is wrong.
   *
   * @param attribute the attribute of {@code @Event}
   * @param index which of its values; 0 when it has only one
   * @param text what is wrong, and what to do
   */
  public record Problem(String attribute, int index, String text) {}

  private HandlerRules() {}

  /** Everything that is wrong; empty when all is well. */
  public static List<Problem> problems(
      List<String> patterns,
      int concurrency,
      String maxDuration,
      boolean ordered,
      List<String> retry) {
    List<Problem> problems = new ArrayList<>();
    if (patterns.isEmpty()) {
      problems.add(
          new Problem(
              "value", 0, "no pattern; name the keys to handle, for example @Event(\"order.*\")"));
    }
    for (int i = 0; i < patterns.size(); i++) {
      int index = i;
      KeyPattern.problem(patterns.get(i))
          .ifPresent(text -> problems.add(new Problem("value", index, text)));
    }
    if (concurrency < 1) {
      problems.add(
          new Problem("concurrency", 0, "concurrency must be at least 1, was: " + concurrency));
    }
    if (ordered && concurrency > 1) {
      problems.add(
          new Problem(
              "concurrency",
              0,
              "ordered keeps one message after the other, concurrency = "
                  + concurrency
                  + " does not; remove one of them"));
    }
    duration("maxDuration", 0, maxDuration, problems);
    for (int i = 0; i < retry.size(); i++) {
      duration("retry", i, retry.get(i), problems);
    }
    return problems;
  }

  private static void duration(String attribute, int index, String text, List<Problem> problems) {
    try {
      if (DurationText.parse(text).isPositive()) {
        return;
      }
      problems.add(
          new Problem(attribute, index, attribute + " must be longer than nothing, was: " + text));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(attribute, index, attribute + ": " + e.getMessage()));
    }
  }
}
