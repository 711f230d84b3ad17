package io.pipeforce.dev.child;

import io.pipeforce.BaseService;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Does once what every service does – connect, handle a message, answer it, stop – so that the JVM
 * can record in an AOT cache which classes that takes. Runs on a broker of its own.
 */
public final class Rehearsal {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Rehearsal() {}

  /** The service that is rehearsed with. */
  public static final class Echo extends BaseService {
    /** For the runtime. */
    public Echo() {}

    /** Answers with what it got. */
    @Event("pi.rehearsal")
    public Map<String, Object> echo(Map<String, Object> body) {
      return body;
    }
  }

  /** Runs it; the broker is the one of the environment. */
  public static void main(String[] arguments) throws InterruptedException {
    ServiceSettings settings = ServiceSettings.from(System.getenv());
    try (ServiceRuntime runtime = ServiceRuntime.start(settings, List.of(new Echo()))) {
      if (!runtime.awaitReady(PATIENCE)) {
        System.exit(1);
      }
      runtime.events().request("pi.rehearsal", Map.of("hello", "world"), PATIENCE);
    }
    // Ends without waiting for threads of the client library; the cache is written on the way out.
    System.exit(0);
  }
}
