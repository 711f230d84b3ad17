package io.pipeforce.dev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The cluster of deploy/kubernetes/rabbitmq, made as its page says. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RabbitMqManifestTest {
  private static final Path MANIFEST = PiProcess.HOME.resolve("deploy/kubernetes/rabbitmq");

  /** At least; more, until the node is gone. */
  private static final int MESSAGES = 10_000;

  private static final int BATCH = 100;

  @TempDir private static Path folder;
  private static Kubectl kubectl;
  private static String host;
  private static String user;
  private static String password;

  @BeforeAll
  static void startTheCluster() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    kubectl = Kubectl.inNewNamespace("rabbitmq");
    Path command =
        Files.writeString(
            folder.resolve("kubectl"),
            "#!/bin/sh\nexec %s/dev/kubernetes kubectl --namespace %s \"$@\"\n"
                .formatted(PiProcess.HOME, kubectl.namespace()));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    String script =
        String.join("\n", Commands.of(MANIFEST.resolve("README.md")))
            .replace("deploy/kubernetes/rabbitmq", "deploy/kubernetes/test-1.20/rabbitmq");
    try (PiProcess page =
        PiProcess.command(
            PiProcess.HOME,
            environment ->
                environment.merge("PATH", folder.toString(), (path, ours) -> ours + ":" + path),
            List.of("sh", "-ec", script))) {
      PiProcess.Result result = page.result();
      assertThat(result.exit()).as(result.toString()).isZero();
    }
    host = kubectl.must("get", "service", "rabbitmq", "-o", "jsonpath={.spec.clusterIP}");
    user = secret("username");
    password = secret("password");
  }

  @AfterAll
  static void removeIt() throws Exception {
    if (kubectl != null) {
      // Without the wait of each node for the others.
      kubectl.must("delete", "statefulset", "rabbitmq", "--cascade=orphan");
      kubectl.must("delete", "pods", "--all", "--force", "--grace-period=0");
      kubectl.close();
    }
  }

  private static String secret(String key) throws Exception {
    String encoded =
        kubectl.must("get", "secret", "rabbitmq-login", "-o", "jsonpath={.data." + key + "}");
    return new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  @Test
  void no_confirmed_message_is_lost_with_the_node_that_leads_the_queue() throws Exception {
    assertThat(runningNodes()).isEqualTo(3);
    declare();
    JsonNode queue = queue();
    assertThat(queue.at("/type").asString()).isEqualTo("quorum");
    assertThat(queue.at("/members")).hasSize(3);
    String leader = queue.at("/leader").asString();
    String pod = leader.substring(leader.indexOf('@') + 1, leader.indexOf('.'));

    String address = kubectl.must("get", "pod", pod, "-o", "jsonpath={.status.podIP}");

    int sent = 0;
    CompletableFuture<Void> deleted = new CompletableFuture<>();
    try (Publisher publisher = new Publisher(address)) {
      for (; sent < MESSAGES / 5; sent += BATCH) {
        publisher.publish(sent);
      }
      Thread.ofVirtual().start(() -> delete(pod, deleted));
      for (; sent < MESSAGES / 2 || !publisher.hasLostItsNode(); sent += BATCH) {
        publisher.publish(sent);
      }
      deleted.get(60, TimeUnit.SECONDS);
      int before = sent;
      for (; sent < before + MESSAGES / 2; sent += BATCH) {
        publisher.publish(sent);
      }
    }

    // A batch that was sent again may be there twice.
    assertThat(read(sent)).containsExactlyElementsOf(IntStream.range(0, sent).boxed().toList());
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(runningNodes()).isEqualTo(3);
          assertThat(queue().at("/online")).hasSize(3);
        });
  }

  @Test
  void only_one_node_at_a_time_may_be_taken_away() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() ->
            assertThat(
                    kubectl.must(
                        "get",
                        "poddisruptionbudget",
                        "rabbitmq",
                        "-o",
                        "jsonpath={.status.currentHealthy} {.status.disruptionsAllowed}"))
                .isEqualTo("3 1"));
  }

  private static void delete(String pod, CompletableFuture<Void> deleted) {
    try {
      kubectl.must("delete", "pod", pod, "--force", "--grace-period=0");
      deleted.complete(null);
    } catch (Exception | AssertionError e) {
      deleted.completeExceptionally(e);
    }
  }

  private static Connection connect() throws IOException, TimeoutException {
    return connect(host);
  }

  private static Connection connect(String host) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(host);
    factory.setUsername(user);
    factory.setPassword(password);
    factory.setAutomaticRecoveryEnabled(false);
    // A pod that is gone does not answer any more, and does not say so.
    factory.setConnectionTimeout(2_000);
    factory.setRequestedHeartbeat(4);
    return factory.newConnection();
  }

  private static void declare() throws IOException, TimeoutException {
    try (Connection connection = connect()) {
      connection.createChannel().queueDeclare("orders", true, false, false, null);
    }
  }

  /** Sends each batch until it was confirmed, on a new connection when the old one is lost. */
  private static final class Publisher implements AutoCloseable {
    private Connection connection;
    private Channel channel;
    private boolean lost;

    /** First of all on the node that is going to be lost. */
    Publisher(String address) throws IOException, TimeoutException {
      connection = connect(address);
      channel = confirming();
    }

    private Channel confirming() throws IOException {
      Channel opened = connection.createChannel();
      opened.confirmSelect();
      return opened;
    }

    boolean hasLostItsNode() {
      return lost;
    }

    void publish(int first) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isConfirmed(first));
    }

    private boolean isConfirmed(int first) throws InterruptedException {
      try {
        if (!channel.isOpen()) {
          connection.abort(1_000);
          connection = connect();
          channel = confirming();
        }
        for (int number = first; number < first + BATCH; number++) {
          channel.basicPublish(
              "",
              "orders",
              MessageProperties.PERSISTENT_BASIC,
              Integer.toString(number).getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(5_000);
        return true;
      } catch (IOException | TimeoutException | RuntimeException e) {
        lost = true;
        connection.abort(1_000);
        return false;
      }
    }

    @Override
    public void close() {
      connection.abort(1_000);
    }
  }

  /** Until so many are there, or none came for ten seconds. */
  private static Set<Integer> read(int expected) throws Exception {
    BlockingQueue<Integer> arriving = new LinkedBlockingQueue<>();
    Set<Integer> read = new TreeSet<>();
    try (Connection connection = connect()) {
      connection
          .createChannel()
          .basicConsume(
              "orders",
              true,
              (_, message) -> arriving.add(Integer.parseInt(new String(message.getBody(), UTF_8))),
              _ -> {});
      Integer next = arriving.poll(10, TimeUnit.SECONDS);
      while (next != null) {
        read.add(next);
        next = read.size() < expected ? arriving.poll(10, TimeUnit.SECONDS) : null;
      }
    }
    return read;
  }

  private static long runningNodes() throws IOException, InterruptedException {
    return StreamSupport.stream(manage("/api/nodes").spliterator(), false)
        .filter(node -> node.at("/running").asBoolean())
        .count();
  }

  private static JsonNode queue() throws IOException, InterruptedException {
    return manage("/api/queues/%2F/orders");
  }

  private static JsonNode manage(String path) throws IOException, InterruptedException {
    String login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://" + host + ":15672" + path))
                      .timeout(Duration.ofSeconds(5))
                      .header("Authorization", "Basic " + login)
                      .build(),
                  BodyHandlers.ofString())
              .body();
      return JsonMapper.shared().readTree(body);
    }
  }
}
