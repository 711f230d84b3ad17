package io.pipeforce;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The class a service extends. Its public methods that carry {@link Event} are the handlers:
 *
 * <pre>{@code
 * public class HelloService extends BaseService {
 *   @Event("some.event.key.*")
 *   public void greeting(String body) {
 *     System.out.println("GREETING CALLED. BODY: " + body);
 *   }
 * }
 * }</pre>
 *
 * <p>A subclass is public and has a public constructor without parameters. It is found at compile
 * time and constructed once per process; with {@code concurrency} above 1, or with several
 * handlers, its methods run on several virtual threads at the same time.
 */
public abstract class BaseService {
  private @Nullable EventClient events;

  /** For subclasses. The service is not yet connected while its constructor runs. */
  protected BaseService() {}

  /**
   * Sends events and requests outside of a delivery, for example from a timer. Inside a handler,
   * prefer {@link Context#publish}: it belongs to the delivery and is confirmed before its ack.
   *
   * @throws IllegalStateException in the constructor, or in a unit test that did not call {@link
   *     #attach}
   */
  protected final EventClient events() {
    EventClient client = events;
    if (client == null) {
      throw new IllegalStateException(
          getClass().getSimpleName()
              + " has no event client yet: events() works once the service runs; in a unit test"
              + " call attach(client) first");
    }
    return client;
  }

  /**
   * Gives this service the client that {@link #events()} answers. The runtime does it before the
   * first message; a unit test may pass its own client.
   */
  public final void attach(EventClient client) {
    events = Objects.requireNonNull(client);
  }
}
