package app;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Each scenario is a profile, with one {@link Scenario}. */
@SpringBootApplication
public class Application {
  /** Is what its program does; throws when something is wrong. */
  interface Scenario {
    void run() throws Exception;
  }

  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(Application.class);
    application.setAdditionalProfiles(arguments[0]);
    try {
      application.run().getBean(Scenario.class).run();
      System.exit(0);
    } catch (Throwable wrong) {
      wrong.printStackTrace();
      System.exit(1);
    }
  }

  @Bean
  ConnectionNameStrategy connectionName() {
    return _ -> System.getenv("NAME");
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
