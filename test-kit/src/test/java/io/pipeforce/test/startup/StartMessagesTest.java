package io.pipeforce.test.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import java.io.File;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts services as {@code java -jar} does, in a process of their own. */
class StartMessagesTest {
  private static final Map<String, String> NAMED =
      Map.of(
          "PIPEFORCE_SERVICE", "hello",
          "PIPEFORCE_NAMESPACE", "local",
          "PIPEFORCE_HEALTH_PORT", "0");

  @TempDir private Path folder;
  private Process process;

  private void start(Class<? extends BaseService> service, Map<String, String> environment)
      throws Exception {
    Path index = folder.resolve("META-INF/services/io.pipeforce.BaseService");
    Files.createDirectories(index.getParent());
    Files.writeString(index, service.getName());
    // Only this class: the logging of these tests would be found beside the others.
    String file = service.getName().replace('.', '/') + ".class";
    Files.createDirectories(folder.resolve(file).getParent());
    try (InputStream compiled = service.getClassLoader().getResourceAsStream(file)) {
      Files.copy(compiled, folder.resolve(file));
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                folder + File.pathSeparator + libraries(),
                "io.pipeforce.ServiceRuntime")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIPEFORCE_"));
    builder.environment().putAll(environment);
    process = builder.start();
  }

  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Map<String, String> with(String... more) {
    Map<String, String> environment = new HashMap<>(NAMED);
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private String output() throws Exception {
    return Files.readString(folder.resolve("output"));
  }

  private String outputOfFailedStart() throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    return output();
  }

  @AfterEach
  void end() throws Exception {
    process.destroyForcibly().waitFor();
  }

  @Test
  void a_missing_service_and_namespace_are_named() throws Exception {
    start(GreetingService.class, Map.of());

    assertThat(outputOfFailedStart())
        .contains("This service cannot start:")
        .contains("  - PIPEFORCE_SERVICE is not set")
        .contains("PIPEFORCE_SERVICE=hello")
        .contains("  - PIPEFORCE_NAMESPACE is not set")
        .doesNotContain("\tat ");
  }

  @Test
  void everything_wrong_with_environment_and_handlers_is_said_at_once() throws Exception {
    start(
        FaultyService.class, with("PIPEFORCE_SERVICE", "", "PIPEFORCE_MESSAGE_BROKER", "ftp://x"));

    assertThat(outputOfFailedStart())
        .contains("PIPEFORCE_SERVICE is not set")
        .contains("PIPEFORCE_MESSAGE_BROKER: cannot read the broker address 'ftp://x'")
        .contains("FaultyService.pattern(String): the pattern 'order.cre*' has a wildcard inside")
        .contains(
            "FaultyService.argument(Thread): no way to pass a Thread; take the payload type,"
                + " Message or Context");
  }

  @Test
  void a_health_port_in_use_is_reported_with_the_remedy() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      start(
          GreetingService.class,
          with("PIPEFORCE_HEALTH_PORT", Integer.toString(taken.getLocalPort())));

      assertThat(outputOfFailedStart())
          .contains("port " + taken.getLocalPort() + " is taken")
          .contains("set PIPEFORCE_HEALTH_PORT to a free port");
    }
  }

  @Test
  void a_wrong_password_is_said_once_while_it_keeps_trying() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local())) {
      start(
          GreetingService.class,
          with("PIPEFORCE_MESSAGE_BROKER", "amqp://guest:secret@127.0.0.1:" + broker.port()));

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> output().contains("refused the login of user 'guest'"));
      assertThat(output())
          .contains("check the user and its password; trying again until it works")
          .doesNotContain("secret")
          .doesNotContain("\tat ");
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void an_unreachable_broker_is_said_once_and_found_when_it_comes() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    start(GreetingService.class, with("PIPEFORCE_MESSAGE_BROKER", "127.0.0.1:" + port));
    String said = "no broker answers at amqp://guest@127.0.0.1:" + port;
    await().atMost(Duration.ofSeconds(60)).until(() -> output().contains(said));

    try (Broker broker = Broker.start(BrokerOptions.local().withPort(port))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> output().contains("ready: hello with 1"));
      try (EventClient client =
          EventClient.connect(
              BrokerAddress.parse(broker.uri().toString()), "pipeforce.topic.default")) {
        client.send("some.event.key.x", "{\"hello\":\"world\"}");
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> output().contains("GREETING CALLED. BODY: {\"hello\":\"world\"}"));
      assertThat(output().split(said, -1)).as("said once").hasSize(2);
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output()).contains("received=1, acked=1");
    }
  }

  @Test
  void the_ledger_is_printed_at_the_end_although_the_broker_is_dead() throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local())) {
      start(GreetingService.class, with("PIPEFORCE_MESSAGE_BROKER", broker.uri().toString()));
      await().atMost(Duration.ofSeconds(60)).until(() -> output().contains("ready: hello with 1"));
      try (EventClient client =
          EventClient.connect(
              BrokerAddress.parse(broker.uri().toString()), "pipeforce.topic.default")) {
        client.send("some.event.key.x", "{\"hello\":\"world\"}");
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> output().contains("GREETING CALLED"));
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> output().contains("trying again until"));

    process.destroy();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
    assertThat(output())
        .contains("received=1, acked=1, unmatched=0, retried=0, dead=0, returned=0, inFlight=0");
  }
}
