package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short form of {@code chaos/run}: a few thousand messages, each fault once or nearly so; the
 * seed is one that freezes nothing for long.
 */
class KillTest {
  /** RabbitMQ 4.3 differs in nothing that matters here, and takes its time to restart. */
  private static final String LEFT_OUT = "rabbitmq-4.3";

  /**
   * On the dev broker in memory all that it can have; on the others, what only they can, and the
   * quick ones.
   */
  private static final String QUICK =
      "kill-service,term-service,restart-broker,kill-broker,cut,half-open,channel-error,"
          + "memory-alarm,delete-queue";

  @TempDir private Path folder;

  static Stream<String> brokers() {
    return Stream.concat(
        Stream.of("dev", "dev-data"),
        RealBrokers.present()
            .map(TestBroker::name)
            .filter(name -> !name.equals(LEFT_OUT))
            .map(name -> name.substring(name.indexOf('-') + 1)));
  }

  @ParameterizedTest
  @MethodSource("brokers")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void nothing_is_lost_whatever_breaks(String name) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("--broker", name, "--messages", "6000", "--seed", "116"));
    arguments.addAll(List.of("--steps", "0", "--kills", "1"));
    if (!name.equals("dev")) {
      arguments.addAll(List.of("--faults", QUICK));
    }
    Options options = Options.parse(arguments.toArray(String[]::new));
    try (BrokerControl broker = Chaos.broker(name, root(), folder)) {
      Result result = new Run(options, broker, folder, System.out::println).run();

      assertThat(result.problems()).as(Report.of(result)).isEmpty();
      assertThat(result.evidence().confirmedCount()).isEqualTo(options.messages());
    }
  }

  /** Of the clone. */
  private static Path root() {
    return Path.of("").toAbsolutePath().getParent();
  }
}
