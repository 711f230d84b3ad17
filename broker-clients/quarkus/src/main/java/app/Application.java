package app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A channel that is configured is connected: those of all scenarios are, and one scenario runs. */
@QuarkusMain
public class Application implements QuarkusApplication {
  private final WorkQueues workQueues;
  private final Rpc rpc;
  private final Confirms confirms;
  private final DeadLetters deadLetters;
  private final Reconnect reconnect;

  Application(
      WorkQueues workQueues,
      Rpc rpc,
      Confirms confirms,
      DeadLetters deadLetters,
      Reconnect reconnect) {
    this.workQueues = workQueues;
    this.rpc = rpc;
    this.confirms = confirms;
    this.deadLetters = deadLetters;
    this.reconnect = reconnect;
  }

  public static void main(String[] arguments) {
    Quarkus.run(Application.class, arguments);
  }

  @Override
  public int run(String... arguments) {
    try {
      switch (arguments[0]) {
        case "work-queues" -> workQueues.run();
        case "rpc" -> rpc.run();
        case "confirms" -> confirms.run();
        case "dead-letters" -> deadLetters.run();
        case "reconnect" -> reconnect.run();
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      return 0;
    } catch (Throwable wrong) {
      wrong.printStackTrace();
      return 1;
    }
  }

  static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  static void eventually(BooleanSupplier holds, Supplier<String> what) throws InterruptedException {
    long start = System.nanoTime();
    while (!holds.getAsBoolean()) {
      check(
          System.nanoTime() - start < Duration.ofSeconds(40).toNanos(),
          "waited in vain for " + what.get());
      Thread.sleep(5);
    }
  }
}
