package app;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Each scenario is an environment, with one {@link Scenario}. */
public class Application {
  static final String NAME = System.getenv("NAME");

  /** Is what its program does; throws when something is wrong. */
  public interface Scenario {
    void run() throws Exception;
  }

  public static void main(String[] arguments) {
    try (ApplicationContext context = ApplicationContext.run(arguments[0])) {
      context.getBean(Scenario.class).run();
    } catch (Throwable wrong) {
      wrong.printStackTrace();
      System.exit(1);
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
