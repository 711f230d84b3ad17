package io.pipeforce.broker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.wire.FieldTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TopicTrieTest {
  private static final List<String> WORDS = List.of("a", "b", "c", "", "#", "*");

  private final TopicTrie trie = new TopicTrie();

  private static Exchange exchange(String name) {
    return new Exchange(name, ExchangeType.TOPIC, false, false, false, FieldTable.EMPTY);
  }

  private static Binding binding(String pattern) {
    Exchange exchange = exchange("x");
    return new Binding(exchange, exchange, pattern, FieldTable.EMPTY);
  }

  private Set<String> matches(String key) {
    Set<String> patterns = new HashSet<>();
    trie.match(key, found -> patterns.add(found.routingKey()));
    return patterns;
  }

  /** The plain definition, without a trie: try every way to use up the words. */
  private static boolean oracle(List<String> pattern, List<String> key) {
    if (pattern.isEmpty()) {
      return key.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.getFirst().equals("#")) {
      return IntStream.rangeClosed(0, key.size())
          .anyMatch(used -> oracle(rest, key.subList(used, key.size())));
    }
    return !key.isEmpty()
        && (pattern.getFirst().equals("*") || pattern.getFirst().equals(key.getFirst()))
        && oracle(rest, key.subList(1, key.size()));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
  }

  private static String random(Random random, int wordsToChooseFrom) {
    return IntStream.range(0, random.nextInt(6))
        .mapToObj(_ -> WORDS.get(random.nextInt(wordsToChooseFrom)))
        .collect(Collectors.joining("."));
  }

  @Test
  void it_agrees_with_the_definition_on_random_patterns_and_keys() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      TopicTrieTest one = new TopicTrieTest();
      Set<String> patterns = new HashSet<>();
      List<Binding> bindings = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String pattern = random(random, WORDS.size());
        if (patterns.add(pattern)) {
          Binding binding = binding(pattern);
          bindings.add(binding);
          one.trie.add(pattern, binding);
        }
      }
      // Some go again, so that pruning is part of it.
      for (Binding binding : bindings.subList(0, bindings.size() / 3)) {
        one.trie.remove(binding.routingKey(), binding);
        patterns.remove(binding.routingKey());
      }
      for (int i = 0; i < 50; i++) {
        String key = random(random, WORDS.size());
        assertThat(one.matches(key))
            .as("key '%s' among %s", key, patterns)
            .isEqualTo(
                patterns.stream()
                    .filter(pattern -> oracle(words(pattern), words(key)))
                    .collect(Collectors.toSet()));
      }
    }
  }

  @Test
  void a_pattern_full_of_wildcards_costs_no_more_than_its_length() {
    String pattern = String.join(".", java.util.Collections.nCopies(60, "#")) + ".end";
    trie.add(pattern, binding(pattern));
    String key = String.join(".", java.util.Collections.nCopies(100, "a"));

    // A naive match would need more steps than there are atoms.
    assertThat(matches(key)).isEmpty();
    assertThat(matches(key + ".end")).containsExactly(pattern);
  }

  @Test
  void each_binding_is_found_once() {
    Binding binding = binding("#.a.#");
    trie.add("#.a.#", binding);
    List<Binding> found = new ArrayList<>();

    trie.match("a.a.a", found::add);

    assertThat(found).containsExactly(binding);
  }

  @Test
  @Timeout(20)
  void tens_of_thousands_of_patterns_that_all_match_cost_no_more_than_their_number() {
    for (int i = 0; i < 59_049; i++) {
      List<String> words = new ArrayList<>();
      for (int rest = i, word = 0; word < 10; word++, rest /= 3) {
        words.add(List.of("a", "*", "#").get(rest % 3));
      }
      String pattern = String.join(".", words);
      trie.add(pattern, binding(pattern));
    }
    String key = String.join(".", java.util.Collections.nCopies(10, "a"));

    for (int i = 0; i < 5; i++) {
      assertThat(matches(key)).hasSize(59_049);
    }
  }
}
