package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests of a class on the dev broker and on the RabbitMQ that it follows. */
@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
abstract class OnBothBrokers {
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
}
