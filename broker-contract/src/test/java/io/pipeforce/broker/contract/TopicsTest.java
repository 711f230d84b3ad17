package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which keys a pattern matches, compared with a rule that is written down once more here. */
class TopicsTest extends Contract {

  private static final long SEED = 2026;

  /** Few, so that random patterns and keys meet; wildcards within a word are ordinary. */
  private static final List<String> WORDS = List.of("a", "b", "", "a*", "##");

  @Test
  void an_empty_key_has_no_words_and_a_dot_two_empty_ones() throws Exception {
    assertThat(matching("", "", ".", "a")).containsExactly("");
    assertThat(matching("#", "", ".", "a", "a.b")).containsExactly("", ".", "a", "a.b");
    assertThat(matching("*", "", ".", "a", "a.b")).containsExactly("a");
    assertThat(matching("*.*", "", ".", "a", "a.", "..")).containsExactly(".", "a.");
    assertThat(matching("*.#", "", ".", "a")).containsExactly(".", "a");
  }

  @Test
  void an_empty_word_is_a_word_like_others() throws Exception {
    assertThat(matching("a..b", "a.b", "a..b", "a.x.b")).containsExactly("a..b");
    assertThat(matching("a.*.b", "a.b", "a..b", "a.x.b")).containsExactly("a..b", "a.x.b");
    assertThat(matching("a.#.b", "a.b", "a..b", "ab")).containsExactly("a..b", "a.b");
    assertThat(matching("#.", "", ".", "a.", "a")).containsExactly(".", "a.");
    assertThat(matching(".#", "", ".", ".a", "a")).containsExactly(".", ".a");
  }

  @Test
  void several_hashes_share_the_words_in_any_way() throws Exception {
    assertThat(matching("#.a.#", "a", "b", "b.a", "a.b", "b.a.c"))
        .containsExactly("a", "a.b", "b.a", "b.a.c");
    assertThat(matching("#.#", "", "a", "a.b")).containsExactly("", "a", "a.b");
    assertThat(matching("*.#.*", "a", "a.b", "a.b.c")).containsExactly("a.b", "a.b.c");
    assertThat(matching("a.*.#.b", "a.b", "a.x.b", "a.x.y.b")).containsExactly("a.x.b", "a.x.y.b");
  }

  /** The keys that reach a queue bound by the pattern, in their order. */
  private Set<String> matching(String pattern, String... keys) throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    channel.queueBind(queue, exchange, pattern);
    for (String key : keys) {
      publish(exchange, key, key);
    }
    return new TreeSet<>(drained(queue));
  }

  @Test
  void random_patterns_match_random_keys_by_the_rule() throws Exception {
    Random random = new Random(SEED);
    String exchange = exchange("topic");
    List<String> patterns = new ArrayList<>();
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      patterns.add(key(random, true));
      queues.add(queue());
      channel.queueBind(queues.get(i), exchange, patterns.get(i));
    }
    Set<String> keys = new LinkedHashSet<>();
    for (int i = 0; i < 150; i++) {
      keys.add(key(random, false));
    }
    for (String key : keys) {
      publish(exchange, key, key);
    }

    int matches = 0;
    for (int i = 0; i < queues.size(); i++) {
      String[] pattern = words(patterns.get(i));
      List<String> expected =
          keys.stream().filter(key -> matches(pattern, 0, words(key), 0)).toList();
      assertThat(drained(queues.get(i)))
          .as("seed %d, pattern '%s'", SEED, patterns.get(i))
          .isEqualTo(expected);
      matches += expected.size();
    }
    assertThat(matches).as("that patterns and keys meet at all").isGreaterThan(300);
  }

  /** Empty, or one to five words; the wildcards are two words more. */
  private static String key(Random random, boolean pattern) {
    if (random.nextInt(20) == 0) {
      return "";
    }
    List<String> words = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      int choice = random.nextInt(pattern ? WORDS.size() + 4 : WORDS.size());
      words.add(choice < WORDS.size() ? WORDS.get(choice) : choice < WORDS.size() + 2 ? "*" : "#");
    }
    return String.join(".", words);
  }

  private static String[] words(String key) {
    return key.isEmpty() ? new String[0] : key.split("\\.", -1);
  }

  private static boolean matches(String[] pattern, int p, String[] key, int k) {
    if (p == pattern.length) {
      return k == key.length;
    }
    if (pattern[p].equals("#")) {
      return matches(pattern, p + 1, key, k) || (k < key.length && matches(pattern, p, key, k + 1));
    }
    return k < key.length
        && (pattern[p].equals("*") || pattern[p].equals(key[k]))
        && matches(pattern, p + 1, key, k + 1);
  }

  private List<String> drained(String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    GetResponse response = channel.basicGet(queue, true);
    while (response != null) {
      bodies.add(text(response));
      response = channel.basicGet(queue, true);
    }
    return bodies;
  }
}
