package io.pipeforce;

import io.pipeforce.internal.amqp.Messaging;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.Handlers;
import io.pipeforce.internal.dispatch.Ledger;
import io.pipeforce.internal.dispatch.PayloadCodec;
import io.pipeforce.internal.health.HealthServer;
import io.pipeforce.internal.health.Metrics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs services: connects their handlers to the broker and keeps them connected until it is closed.
 *
 * <p>{@link #main} is what {@code java -jar} of a service starts. Tests and programs of their own
 * use {@link #start}.
 */
public final class ServiceRuntime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceRuntime.class);

  /**
   * What became of one handler's deliveries since the start. Always {@code received = acked +
   * unmatched + retried + dead + returned + inFlight}.
   *
   * @param received deliveries that arrived
   * @param acked handled and acknowledged
   * @param unmatched acknowledged without a handler, because of a stale binding
   * @param retried sent to a delay queue
   * @param dead sent to the dead-letter queue
   * @param returned left to the broker, which delivers them again
   * @param inFlight not settled yet
   */
  public record Deliveries(
      long received,
      long acked,
      long unmatched,
      long retried,
      long dead,
      long returned,
      long inFlight) {}

  private final ServiceSettings settings;
  private final Messaging messaging;
  private final HealthServer health;

  private ServiceRuntime(ServiceSettings settings, Messaging messaging, HealthServer health) {
    this.settings = settings;
    this.messaging = messaging;
    this.health = health;
  }

  /**
   * Runs the services that the annotation processor has listed, with the environment of the
   * process, until it is told to stop (SIGTERM or SIGINT): then it finishes what is being handled
   * and ends with the exit code that the JVM has for that signal (143 or 130). What is wrong with
   * the environment or the handlers is printed, all of it, and the process ends with exit code 1.
   *
   * <p>With the arguments {@code topology plan} or {@code topology apply}, and maybe {@code
   * --management URL}, the services do not run: it shows in what the broker differs from what they
   * want, or brings it there. Other arguments are refused with exit code 2.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Optional<TopologyCommand.Request> request = TopologyCommand.Request.of(List.of(arguments));
    if (arguments.length > 0 && request.isEmpty()) {
      System.err.println("unknown arguments: " + String.join(" ", arguments));
      System.err.print(TopologyCommand.USAGE);
      System.exit(TopologyCommand.WRONG_USAGE);
    }
    ServiceRuntime runtime;
    try {
      Prepared prepared = prepare(System.getenv());
      if (request.isPresent()) {
        System.exit(
            TopologyCommand.run(
                request.get(),
                System.getenv(),
                prepared.settings(),
                prepared.handlers(),
                System.out,
                System.err));
      }
      runtime = start(prepared, Messaging.WATCH_INTERVAL);
    } catch (ConfigurationException e) {
      System.err.println("This service cannot start:");
      e.problems().forEach(problem -> System.err.println("  - " + problem));
      System.exit(1);
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("pipeforce-stop").unstarted(runtime::close));
    runtime.awaitReady(Duration.ofDays(Long.MAX_VALUE / Duration.ofDays(1).toNanos()));
    System.out.println("ready: " + runtime.describe());
    Thread.currentThread().join();
  }

  /** Services that have been checked and may run. */
  private record Prepared(
      ServiceSettings settings,
      List<? extends BaseService> services,
      List<HandlerMethod> handlers,
      PayloadCodec codec) {}

  private static Prepared prepare(Map<String, String> environment) {
    // Everything that is wrong is reported together, so that nobody has to start five times.
    List<String> problems = new ArrayList<>();
    List<BaseService> services = new ArrayList<>();
    try {
      ServiceLoader.load(BaseService.class).forEach(services::add);
      if (services.isEmpty()) {
        problems.add(
            "there is no service on the class path: write a public class that extends BaseService"
                + " with an @Event method, and compile it with the annotation processor of the"
                + " pipeforce-sdk (service-parent does)");
      }
    } catch (ServiceConfigurationError e) {
      Throwable cause = e.getCause();
      problems.add(e.getMessage() + (cause == null ? "" : ": " + cause));
    }
    PayloadCodec codec = new PayloadCodec();
    List<HandlerMethod> handlers = List.of();
    try {
      handlers = Handlers.of(services, codec);
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
    try {
      ServiceSettings settings = ServiceSettings.from(environment);
      if (problems.isEmpty()) {
        return new Prepared(settings, services, handlers, codec);
      }
    } catch (ConfigurationException e) {
      problems.addAll(0, e.problems());
    }
    throw new ConfigurationException(problems);
  }

  /**
   * Runs these services until the runtime is closed. Returns at once and connects in the
   * background; see {@link #awaitReady}.
   *
   * @throws ConfigurationException naming everything that is wrong with the handlers
   */
  public static ServiceRuntime start(
      ServiceSettings settings, List<? extends BaseService> services) {
    return start(settings, services, Messaging.WATCH_INTERVAL);
  }

  /** The same with another watch; zero switches it off, to show what it is good for. */
  static ServiceRuntime start(
      ServiceSettings settings, List<? extends BaseService> services, Duration watchInterval) {
    PayloadCodec codec = new PayloadCodec();
    return start(
        new Prepared(settings, services, Handlers.of(services, codec), codec), watchInterval);
  }

  private static ServiceRuntime start(Prepared prepared, Duration watchInterval) {
    ServiceSettings settings = prepared.settings();
    Metrics metrics = new Metrics();
    Messaging messaging =
        Messaging.of(settings, prepared.handlers(), prepared.codec(), metrics, watchInterval);
    // Before connecting: a port that is taken is a mistake of the configuration like any other.
    HealthServer health = HealthServer.start(settings.healthPort(), messaging, metrics);
    for (BaseService service : prepared.services()) {
      service.attach(messaging.events());
    }
    messaging.start();
    return new ServiceRuntime(settings, messaging, health);
  }

  /** Sends events and requests over this service's connection. */
  public EventClient events() {
    return messaging.events();
  }

  /** Whether every handler is consuming and the broker takes messages. */
  public boolean ready() {
    return messaging.ready();
  }

  /**
   * Waits until {@link #ready()}.
   *
   * @return whether it is ready within this time
   */
  public boolean awaitReady(Duration patience) throws InterruptedException {
    return messaging.awaitReady(patience);
  }

  /** What became of each handler's deliveries, by {@code Class.method}. */
  public Map<String, Deliveries> ledger() {
    Map<String, Deliveries> ledger = new LinkedHashMap<>();
    messaging.handlers().forEach((name, entry) -> ledger.put(name, deliveries(entry)));
    return ledger;
  }

  private static Deliveries deliveries(Ledger.Entry entry) {
    return new Deliveries(
        entry.received(),
        entry.acked(),
        entry.unmatched(),
        entry.retried(),
        entry.dead(),
        entry.returned(),
        entry.inFlight());
  }

  /** Where {@code /health/live}, {@code /health/ready} and {@code /metrics} are answered. */
  public URI healthUri() {
    return health.uri();
  }

  private String describe() {
    int handlers = messaging.handlers().size();
    return settings.service()
        + " with "
        + handlers
        + (handlers == 1 ? " handler" : " handlers")
        + ", health "
        + health.uri();
  }

  /**
   * Stops: takes no more messages, waits for running handlers up to their {@code maxDuration},
   * acknowledges, and disconnects. What was not begun is delivered again elsewhere.
   */
  @Override
  public void close() {
    messaging.close();
    health.close();
    ledger().forEach((handler, deliveries) -> log.info("{}: {}", handler, deliveries));
  }
}
