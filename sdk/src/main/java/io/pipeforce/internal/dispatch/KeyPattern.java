package io.pipeforce.internal.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A topic binding pattern: words separated by dots, {@code *} for one word, {@code #} for zero or
 * more, as in <a href="https://www.rabbitmq.com/docs/exchanges#topic">RabbitMQ's topic
 * exchange</a>.
 */
public record KeyPattern(String text) {
  public KeyPattern {
    problem(text)
        .ifPresent(problem -> {
          throw new IllegalArgumentException(problem);
        });
  }

  /** What is wrong with a pattern, and what to do; empty when it is good. */
  public static Optional<String> problem(String text) {
    if (text.isBlank()) {
      return Optional.of("the pattern is empty; name the keys to handle, for example \"order.*\"");
    }
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > 255) {
      return Optional.of("the pattern '" + text + "' has " + length + " bytes; at most 255 fit");
    }
    for (String word : text.split("\\.", -1)) {
      if (word.isEmpty()) {
        return Optional.of(
            "the pattern '" + text + "' has an empty word; remove the dot before or after it");
      }
      if (word.length() > 1 && (word.contains("*") || word.contains("#"))) {
        return Optional.of(
            "the pattern '"
                + text
                + "' has a wildcard inside the word '"
                + word
                + "'; * and # stand for whole words only, as in \"order.*\"");
      }
      if (word.chars().anyMatch(Character::isWhitespace)) {
        return Optional.of("the pattern '" + text + "' contains white space; remove it");
      }
    }
    return Optional.empty();
  }

  /** Whether a routing key matches. */
  public boolean matches(String key) {
    return matches(
        text.split("\\.", -1), 0, key.isEmpty() ? new String[0] : key.split("\\.", -1), 0);
  }

  private static boolean matches(String[] pattern, int p, String[] words, int w) {
    if (p == pattern.length) {
      return w == words.length;
    }
    if (pattern[p].equals("#")) {
      for (int next = w; next <= words.length; next++) {
        if (matches(pattern, p + 1, words, next)) {
          return true;
        }
      }
      return false;
    }
    return w < words.length
        && (pattern[p].equals("*") || pattern[p].equals(words[w]))
        && matches(pattern, p + 1, words, w + 1);
  }
}
