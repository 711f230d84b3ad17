package io.pipeforce.test.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.pipeforce.BaseService;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.RealParts;
import io.pipeforce.test.internal.TestBroker;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Services of the Python template declare the topic exchange non-durable, with {@code
 * python3-pika}.
 */
class PythonServiceTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String EXCHANGE = "pipeforce.test.python";

  /** As the template does it; prints one line for each step, and each message it gets. */
  private static final String SERVICE =
      """
      import pika, sys
      connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
      channel = connection.channel()
      try:
          channel.exchange_declare(exchange=sys.argv[2], exchange_type='topic')
          print('declared', flush=True)
      except pika.exceptions.ChannelClosedByBroker as refused:
          print('refused', refused.reply_code, flush=True)
          channel = connection.channel()
      queue = channel.queue_declare(queue='', exclusive=True).method.queue
      channel.queue_bind(exchange=sys.argv[2], queue=queue, routing_key='some.event.key.*')
      print('bound', flush=True)
      channel.basic_publish(exchange=sys.argv[2], routing_key='some.event.key.python', body='from python')
      for method, properties, body in channel.consume(queue, auto_ack=True):
          print('got', body.decode(), flush=True)
      """;

  /** The hello service, with a memory. */
  public static class HelloService extends BaseService {
    final Queue<String> bodies = new ConcurrentLinkedQueue<>();

    @Event("some.event.key.*")
    public void greeting(String body) {
      bodies.add(body);
    }
  }

  @TempDir private Path folder;
  private Process python;

  static Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @BeforeAll
  static void pika_is_there() {
    RealParts.here().assume("python3-pika");
  }

  @AfterEach
  void end() throws Exception {
    if (python != null) {
      python.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @MethodSource("brokers")
  void a_python_service_that_came_first_shares_its_exchange_with_ours(TestBroker broker)
      throws Exception {
    clean(broker);
    BufferedReader lines = startPython(broker);
    assertThat(lines.readLine()).isEqualTo("declared");
    assertThat(lines.readLine()).isEqualTo("bound");
    assertThat(lines.readLine()).isEqualTo("got from python");
    HelloService hello = new HelloService();
    try (ServiceRuntime runtime = ServiceRuntime.start(settings(broker), List.of(hello))) {
      assertThat(runtime.awaitReady(Duration.ofSeconds(30))).isTrue();

      runtime.events().send("some.event.key.java", "from java");

      assertThat(lines.readLine()).isEqualTo("got from java");
      await().untilAsserted(() -> assertThat(hello.bodies).containsExactly("from java"));
    }
    clean(broker);
  }

  @ParameterizedTest
  @MethodSource("brokers")
  void a_python_service_that_came_second_is_refused_its_declaration_and_served(TestBroker broker)
      throws Exception {
    clean(broker);
    HelloService hello = new HelloService();
    try (ServiceRuntime runtime = ServiceRuntime.start(settings(broker), List.of(hello))) {
      assertThat(runtime.awaitReady(Duration.ofSeconds(30))).isTrue();

      BufferedReader lines = startPython(broker);

      // No broker allows to declare an exchange with another durability than it has.
      assertThat(lines.readLine()).isEqualTo("refused 406");
      assertThat(lines.readLine()).isEqualTo("bound");
      assertThat(lines.readLine()).isEqualTo("got from python");
      await().untilAsserted(() -> assertThat(hello.bodies).containsExactly("from python"));
      runtime.events().send("some.event.key.java", "from java");
      assertThat(lines.readLine()).isEqualTo("got from java");
    }
    clean(broker);
  }

  private BufferedReader startPython(TestBroker broker) throws Exception {
    Path script = Files.writeString(folder.resolve("service.py"), SERVICE);
    python =
        new ProcessBuilder(PYTHON, script.toString(), broker.uri() + "/%2F", EXCHANGE)
            .redirectErrorStream(true)
            .start();
    return python.inputReader();
  }

  private static ServiceSettings settings(TestBroker broker) {
    return ServiceSettings.from(
        Map.of(
            "PIPEFORCE_SERVICE", "python-neighbour",
            "PIPEFORCE_NAMESPACE", "test",
            "PIPEFORCE_MESSAGE_BROKER", broker.uri().toString(),
            "PIPEFORCE_MESSAGING_DEFAULT_TOPIC", EXCHANGE,
            "PIPEFORCE_HEALTH_PORT", "0"));
  }

  private static void clean(TestBroker broker) throws Exception {
    try (Connection connection = Brokers.connect(broker);
        Channel channel = connection.createChannel()) {
      channel.queueDelete("pipeforce.service.python-neighbour.HelloService.greeting");
      channel.exchangeDelete(EXCHANGE);
    }
  }
}
