package io.pipeforce.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests of a class on the dev broker and on the RabbitMQ that it follows. */
@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
abstract class OnBothBrokers {
  private static final Pattern CUT = Pattern.compile("cut (\\d+)");
  private static final AtomicInteger NAMES = new AtomicInteger();

  @Parameter TestBroker broker;

  /** What a test makes has a name that begins so; it is deleted after the test. */
  final String name = "clients." + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet();

  static Stream<TestBroker> brokers() {
    return RealBrokers.all().filter(each -> List.of("dev", "rabbitmq-4.0").contains(each.name()));
  }

  @AfterEach
  void delete_what_the_test_made() {
    new Operator(broker).clean(name);
  }

  static String script(String file) {
    return Path.of("src/test/clients", file).toAbsolutePath().toString();
  }

  /** A program of the JVM, which this build has packed beside its libraries. */
  static List<String> java(String jar, String scenario) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx128m",
        "-jar",
        jar,
        scenario);
  }

  /**
   * Runs a program that checks itself: it ends with 0, or says what is wrong. From the environment
   * it takes {@code AMQP_URL}, {@code AMQP_HOST}, {@code AMQP_PORT}, {@code MANAGEMENT_URL} and
   * {@code NAME}, with which all names that it makes begin. On its line {@code cut 2} the broker
   * closes its connections, as soon as there are two of them, and the program can read a line when
   * that is done.
   */
  void run(List<String> command) throws Exception {
    Operator operator = new Operator(broker);
    Map<String, String> environment =
        Map.of(
            "AMQP_URL", broker.uri() + "/%2F",
            "AMQP_HOST", broker.uri().getHost(),
            "AMQP_PORT", Integer.toString(broker.uri().getPort()),
            "MANAGEMENT_URL", broker.management().orElseThrow().toString(),
            "NAME", name);
    Program.Result result =
        Program.run(
            command,
            environment,
            line -> {
              Matcher cut = CUT.matcher(line);
              if (!cut.matches()) {
                return Optional.empty();
              }
              operator.cut(name, Integer.parseInt(cut.group(1)));
              return Optional.of("cut");
            });
    assertThat(result.exit())
        .as("%s, output:%n%s", String.join(" ", command), result.output())
        .isZero();
  }
}
