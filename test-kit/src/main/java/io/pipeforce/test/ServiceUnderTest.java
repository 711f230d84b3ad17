package io.pipeforce.test;

import io.pipeforce.BaseService;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceRuntime.Deliveries;
import io.pipeforce.ServiceSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The running services of a {@link ServiceTest}. Everything it counts begins with the test method.
 */
public final class ServiceUnderTest {
  /** Long enough for a slow machine; a test that passes does not wait for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration GLANCE = Duration.ofMillis(5);

  private final ServiceRuntime runtime;
  private final ServiceSettings settings;
  private final List<BaseService> services;
  private final Supplier<List<DeadLetter>> deadLetters;
  private final Supplier<String> output;

  ServiceUnderTest(
      ServiceRuntime runtime,
      ServiceSettings settings,
      List<BaseService> services,
      Supplier<List<DeadLetter>> deadLetters,
      Supplier<String> output) {
    this.runtime = runtime;
    this.settings = settings;
    this.services = services;
    this.deadLetters = deadLetters;
    this.output = output;
  }

  /**
   * Waits until a handler has handled this many messages successfully.
   *
   * @param handler {@code Class.method}, or the method's name alone when no other handler has it
   * @throws AssertionError when it has not within 20 seconds; the message tells what it did instead
   */
  public void awaitHandled(String handler, int messages) {
    String name = name(handler);
    await(
        () -> deliveries(name).acked() >= messages,
        () ->
            name
                + " has not handled "
                + messages
                + (messages == 1 ? " message" : " messages")
                + " within "
                + PATIENCE.toSeconds()
                + " s: "
                + deliveries(name)
                + deadLetters.get().stream()
                    .map(letter -> System.lineSeparator() + "  dead: " + letter.reason())
                    .reduce("", String::concat));
  }

  /** What became of a handler's messages so far; named as in {@link #awaitHandled}. */
  public Deliveries deliveriesOf(String handler) {
    return deliveries(name(handler));
  }

  /** The messages given up so far, oldest first. */
  public List<DeadLetter> deadLetters() {
    return deadLetters.get();
  }

  /**
   * Waits until this many messages were given up.
   *
   * @throws AssertionError when they were not within 20 seconds
   */
  public List<DeadLetter> awaitDeadLetters(int messages) {
    await(
        () -> deadLetters.get().size() >= messages,
        () ->
            "there are no "
                + messages
                + " dead letters within "
                + PATIENCE.toSeconds()
                + " s, but "
                + deadLetters.get()
                + "; the handlers: "
                + runtime.ledger());
    return deadLetters.get();
  }

  /** The instance of a service that the messages go to. */
  public <T extends BaseService> T service(Class<T> type) {
    return services.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                type.getSimpleName()
                    + " is not under test; name it in @ServiceTest of the test class"));
  }

  /** The environment that the services run in. */
  public ServiceSettings settings() {
    return settings;
  }

  /**
   * What was printed to {@link System#out} since the test began, by the services and by everybody
   * else in the JVM.
   */
  public String output() {
    return output.get();
  }

  private Deliveries deliveries(String name) {
    Deliveries deliveries = runtime.ledger().get(name);
    if (deliveries == null) {
      throw new IllegalArgumentException(name);
    }
    return deliveries;
  }

  private String name(String handler) {
    Map<String, Deliveries> ledger = runtime.ledger();
    if (ledger.containsKey(handler)) {
      return handler;
    }
    List<String> matches =
        ledger.keySet().stream().filter(name -> name.endsWith("." + handler)).toList();
    if (matches.size() != 1) {
      throw new IllegalArgumentException(
          (matches.isEmpty() ? "no handler is called " : "several handlers are called ")
              + handler
              + "; there are "
              + String.join(", ", ledger.keySet()));
    }
    return matches.getFirst();
  }

  private static void await(BooleanSupplier condition, Supplier<String> problem) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError(problem.get());
      }
      try {
        Thread.sleep(GLANCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + problem.get(), e);
      }
    }
  }
}
