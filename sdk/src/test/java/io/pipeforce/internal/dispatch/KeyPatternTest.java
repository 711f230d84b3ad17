package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPatternTest {
  @ParameterizedTest
  @CsvSource({
    "order.created, order.created, true",
    "order.created, order.created.now, false",
    "order.*, order.created, true",
    "order.*, order, false",
    "order.*, order.created.now, false",
    "*.created, order.created, true",
    "order.#, order, true",
    "order.#, order.created.now, true",
    "order.#, orders, false",
    "#, anything.at.all, true",
    "#.created, created, true",
    "#.created, order.item.created, true",
    "#.*, one, true",
    "a.#.b.*, a.b.c, true",
    "a.#.b.*, a.x.b.b.c, true",
    "a.#.b.*, a.c, false"
  })
  void a_star_is_one_word_and_a_hash_any_number(String pattern, String key, boolean matches) {
    assertThat(new KeyPattern(pattern).matches(key)).isEqualTo(matches);
  }

  @Test
  void the_empty_key_has_no_words() {
    assertThat(new KeyPattern("#").matches("")).isTrue();
    assertThat(new KeyPattern("*").matches("")).isFalse();
  }

  @Test
  void matching_agrees_with_a_regular_expression_on_random_patterns_and_keys() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String pattern = words(random, "a", "b", "*", "#");
      String key = words(random, "a", "b", "c");
      boolean expected = regex(pattern).matcher("." + key).matches();
      assertThat(new KeyPattern(pattern).matches(key))
          .as(pattern + " / " + key)
          .isEqualTo(expected);
    }
  }

  private static String words(Random random, String... words) {
    return Stream.generate(() -> words[random.nextInt(words.length)])
        .limit(1 + random.nextInt(5))
        .collect(Collectors.joining("."));
  }

  private static Pattern regex(String pattern) {
    return Pattern.compile(
        Stream.of(pattern.split("\\."))
            .map(word ->
                switch (word) {
                  case "*" -> "\\.[^.]+";
                  case "#" -> "(\\.[^.]+)*";
                  default -> "\\." + word;
                })
            .collect(Collectors.joining()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|empty",
        "order..created|empty word",
        ".order|empty word",
        "order.|empty word",
        "order.cre*|wildcard inside the word 'cre*'",
        "order created|white space"
      })
  void a_bad_pattern_is_refused_with_the_reason(String pattern, String reason) {
    assertThat(KeyPattern.problem(pattern)).get().asString().contains(reason);
    assertThatThrownBy(() -> new KeyPattern(pattern)).hasMessageContaining(reason);
  }

  @Test
  void a_pattern_has_at_most_255_bytes() {
    assertThat(KeyPattern.problem("a".repeat(255))).isEmpty();
    assertThat(KeyPattern.problem("ä".repeat(128))).get().asString().contains("256 bytes");
  }
}
