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
    return key.isEmpty() ? matchesNothing(0) : matches(0, key, 0);
  }

  /** From a word of the pattern and a word of the key on; each position is the word's start. */
  private boolean matches(int p, String key, int k) {
    while (true) {
      if (p > text.length()) {
        return k > key.length();
      }
      int patternEnd = end(text, p);
      if (patternEnd == p + 1 && text.charAt(p) == '#') {
        int next = k;
        while (next <= key.length()) {
          if (matches(patternEnd + 1, key, next)) {
            return true;
          }
          next = end(key, next) + 1;
        }
        return matchesNothing(patternEnd + 1);
      }
      if (k > key.length()) {
        return false;
      }
      int keyEnd = end(key, k);
      boolean any = patternEnd == p + 1 && text.charAt(p) == '*';
      if (!any && (patternEnd - p != keyEnd - k || !text.regionMatches(p, key, k, keyEnd - k))) {
        return false;
      }
      p = patternEnd + 1;
      k = keyEnd + 1;
    }
  }

  /** Whether what is left of the pattern matches no words at all. */
  private boolean matchesNothing(int p) {
    for (int word = p; word <= text.length(); word = end(text, word) + 1) {
      if (end(text, word) != word + 1 || text.charAt(word) != '#') {
        return false;
      }
    }
    return true;
  }

  private static int end(String words, int start) {
    int dot = words.indexOf('.', start);
    return dot < 0 ? words.length() : dot;
  }
}
