package io.pipeforce.chaos;

import java.time.Duration;
import java.util.Optional;

/**
 * What each message is for and how it fares, as a pure function of its number.
 *
 * @param seed makes other runs other
 * @param messages how many there are, numbered from 0
 * @param poisons how many of them kill the JVM
 */
record Traffic(long seed, int messages, int poisons) {
  /** The ladder of {@link ChaosService#flaky} has this many rungs and one attempt more. */
  static final int FLAKY_ATTEMPTS = 4;

  static final String REJECTION = "chaos wants it dead";

  private static final Duration WORK = Duration.ofMillis(100);

  /** Longer than the SDK's acks wait for one that is unfinished. */
  private static final Duration LONG_WORK = Duration.ofSeconds(2);

  /** One request for so many messages. */
  private static final int MESSAGES_PER_REQUEST = 200;

  Traffic {
    if (messages < 100 || poisons < 0) {
      throw new IllegalArgumentException("at least 100 messages, were: " + messages);
    }
  }

  int requests() {
    return messages / MESSAGES_PER_REQUEST;
  }

  /** How many requests may have been sent when so many messages were. */
  static int requestsAt(int published) {
    return published / MESSAGES_PER_REQUEST;
  }

  Kind kind(int id) {
    if (isPoison(id)) {
      return Kind.POISON;
    }
    int share = Math.floorMod(mixed(id, 1), 10_000);
    if (share < 3) {
      return Kind.SLOW;
    }
    if (share < 20) {
      return Kind.REJECT;
    }
    if (share < 150) {
      return Kind.FLAKY;
    }
    if (share < 550) {
      return Kind.RELAY;
    }
    if (share < 950) {
      return Kind.ORDERED;
    }
    return share < 2_200 ? Kind.BOTH : Kind.FAST;
  }

  /** They are spread evenly, away from the ends. */
  private boolean isPoison(int id) {
    if (poisons == 0) {
      return false;
    }
    int distance = messages / (poisons + 1);
    return id > 0 && id % distance == 0 && id / distance <= poisons;
  }

  /** How many attempts fail before one succeeds. */
  int failures(int id) {
    return switch (kind(id)) {
      case FLAKY -> {
        int share = Math.floorMod(mixed(id, 2), 20);
        yield share == 0 ? FLAKY_ATTEMPTS : 1 + share % (FLAKY_ATTEMPTS - 1);
      }
      case ORDERED -> Math.floorMod(mixed(id, 2), 1_000) == 0 ? 1 : 0;
      case SLOW -> {
        int share = Math.floorMod(mixed(id, 2), 10);
        yield share == 0 ? Integer.MAX_VALUE : share < 4 ? 1 : 0;
      }
      case FAST, BOTH, REJECT, RELAY, POISON -> 0;
    };
  }

  /**
   * How long its handler takes, besides what the disk takes: some are much slower than others, so
   * that at every moment there are unfinished messages before finished ones.
   */
  Duration work(int id) {
    int share = Math.floorMod(mixed(id, 3), 2_000);
    return share == 0 ? LONG_WORK : share < 20 ? WORK : Duration.ZERO;
  }

  /** What the reason of its dead letter contains, when it is meant to end as one. */
  Optional<String> death(int id) {
    return switch (kind(id)) {
      case REJECT -> Optional.of(REJECTION);
      case FLAKY ->
          failures(id) >= FLAKY_ATTEMPTS
              ? Optional.of("failed " + FLAKY_ATTEMPTS + " times")
              : Optional.empty();
      case SLOW ->
          failures(id) == Integer.MAX_VALUE
              ? Optional.of("interrupted after its maxDuration")
              : Optional.empty();
      case POISON, FAST, BOTH, ORDERED, RELAY -> Optional.empty();
    };
  }

  /** Neighbours get unrelated numbers (the finaliser of SplitMix64). */
  private int mixed(int id, int salt) {
    long z = seed * 31 + salt + id * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) (z ^ (z >>> 31));
  }
}
