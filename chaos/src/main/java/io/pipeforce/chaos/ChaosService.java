package io.pipeforce.chaos;

import io.pipeforce.BaseService;
import io.pipeforce.Context;
import io.pipeforce.DeadLetterException;
import io.pipeforce.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * The service that is broken. Each handler notes what it has done, on disk, before it returns.
 *
 * <p>Run by {@link io.pipeforce.ServiceRuntime#main}, as services of users are.
 */
public class ChaosService extends BaseService {
  static final String SEED = "CHAOS_SEED";
  static final String MESSAGES = "CHAOS_MESSAGES";
  static final String POISONS = "CHAOS_POISONS";
  static final String JOURNAL = "CHAOS_JOURNAL";

  /** How often a poisonous message kills before it is harmless; by default always. */
  static final String KILLS = "CHAOS_KILLS";

  /** The exit code of a process that a message killed. */
  static final int POISONED = 66;

  /** Lets the other handlers do something before the process dies once more. */
  private static final Duration BEFORE_DEATH = Duration.ofMillis(300);

  private final Traffic traffic;
  private final Path folder;
  private final int kills;
  private final Journal journal;

  /** Reads the environment. */
  public ChaosService() throws IOException {
    Map<String, String> environment = System.getenv();
    traffic =
        new Traffic(
            Long.parseLong(value(environment, SEED)),
            Integer.parseInt(value(environment, MESSAGES)),
            Integer.parseInt(value(environment, POISONS)));
    kills = Integer.parseInt(value(environment, KILLS));
    Path file = Path.of(value(environment, JOURNAL));
    folder = file.resolveSibling("");
    journal = new Journal(file);
  }

  private static String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set; chaos/run sets it");
    }
    return value;
  }

  /** Most of the traffic. */
  @Event(
      value = {"chaos.fast", "chaos.both"},
      concurrency = 32,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s"})
  public void fast(String body, Context context) throws Exception {
    Pause.of(traffic.work(Integer.parseInt(body)));
    note(Handler.FAST, body, context);
  }

  /** Matches a key that another handler matches, too. */
  @Event(
      value = "chaos.both",
      concurrency = 8,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s"})
  public void second(String body, Context context) throws Exception {
    note(Handler.SECOND, body, context);
  }

  /** One after the other, over all replicas. */
  @Event(
      value = "chaos.ordered",
      ordered = true,
      maxDuration = "10s",
      retry = {"100ms", "200ms"})
  public void ordered(String body, Context context) throws Exception {
    failAtFirst(body, context);
    note(Handler.ORDERED, body, context);
  }

  /** Fails at first. */
  @Event(
      value = "chaos.flaky",
      concurrency = 8,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s"})
  public void flaky(String body, Context context) throws Exception {
    failAtFirst(body, context);
    note(Handler.FLAKY, body, context);
  }

  /** Wants none of its messages. */
  @Event(
      value = "chaos.reject",
      concurrency = 2,
      maxDuration = "10s",
      retry = {"200ms"})
  public void reject(String body) {
    throw new DeadLetterException(Traffic.REJECTION);
  }

  /** Publishes with the delivery or at once, for both must reach {@link #echo}. */
  @Event(
      value = "chaos.relay",
      concurrency = 8,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s", "1s", "1s", "1s"})
  public void relay(String body, Context context) throws Exception {
    if (Integer.parseInt(body) % 4 == 0) {
      events().send(Names.ECHO_KEY, body);
    } else {
      context.publish(Names.ECHO_KEY, body);
    }
    note(Handler.RELAY, body, context);
  }

  /** Handles what {@link #relay} published. */
  @Event(
      value = Names.ECHO_KEY,
      concurrency = 8,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s"})
  public void echo(String body, Context context) throws Exception {
    note(Handler.ECHO, body, context);
  }

  /** Takes a while, or longer than it may. */
  @Event(
      value = "chaos.slow",
      concurrency = 4,
      maxDuration = "1s",
      retry = {"200ms", "500ms"})
  public void slow(String body, Context context) throws Exception {
    boolean tooLong = context.attempt() <= traffic.failures(Integer.parseInt(body));
    Pause.of(tooLong ? Duration.ofMinutes(1) : Duration.ofMillis(100));
    note(Handler.SLOW, body, context);
  }

  /** Kills the process. */
  @Event(
      value = "chaos.poison",
      maxDuration = "10s",
      retry = {"200ms"})
  public void poison(String body, Context context) throws Exception {
    Path deaths = folder.resolve("deaths-" + body);
    Files.write(deaths, new byte[] {'x'}, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (Files.size(deaths) <= kills) {
      Pause.of(BEFORE_DEATH);
      Runtime.getRuntime().halt(POISONED);
    }
    note(Handler.POISON, body, context);
  }

  /** Answers. */
  @Event(
      value = Names.REQUEST_KEY,
      concurrency = 4,
      maxDuration = "10s",
      retry = {"200ms", "500ms", "1s"})
  public String answer(String body, Context context) throws Exception {
    note(Handler.ANSWER, body, context);
    return body;
  }

  private void failAtFirst(String body, Context context) {
    if (context.attempt() <= traffic.failures(Integer.parseInt(body))) {
      throw new IllegalStateException("fails at attempt " + context.attempt());
    }
  }

  private void note(Handler handler, String body, Context context)
      throws InterruptedException, ExecutionException {
    Entry entry = new Entry(handler, Integer.parseInt(body), context.attempt(), Entry.now());
    journal.append(entry.bytes()).get();
  }
}
