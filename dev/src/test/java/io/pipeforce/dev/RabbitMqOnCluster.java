package io.pipeforce.dev;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
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
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three RabbitMQ nodes in a namespace, made as the page of deploy/kubernetes/rabbitmq says.
 *
 * @param kubectl of their namespace
 * @param host the address of their Service, which pods and this machine reach
 */
record RabbitMqOnCluster(Kubectl kubectl, String host, String user, String password)
    implements AutoCloseable {
  private static final Path MANIFEST = PiProcess.HOME.resolve("deploy/kubernetes/rabbitmq");

  /**
   * @param folder for a script
   */
  static RabbitMqOnCluster start(Kubectl kubectl, Path folder) throws Exception {
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
    return new RabbitMqOnCluster(
        kubectl,
        kubectl.must("get", "service", "rabbitmq", "-o", "jsonpath={.spec.clusterIP}"),
        secret(kubectl, "username"),
        secret(kubectl, "password"));
  }

  private static String secret(Kubectl kubectl, String key) throws Exception {
    String encoded =
        kubectl.must("get", "secret", "rabbitmq-login", "-o", "jsonpath={.data." + key + "}");
    return new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  Connection connect() throws IOException, TimeoutException {
    return connect(host);
  }

  Connection connect(String address) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address);
    factory.setUsername(user);
    factory.setPassword(password);
    factory.setAutomaticRecoveryEnabled(false);
    // A pod that is gone does not answer any more, and does not say so.
    factory.setConnectionTimeout(2_000);
    factory.setRequestedHeartbeat(4);
    return factory.newConnection();
  }

  long runningNodes() throws IOException, InterruptedException {
    return StreamSupport.stream(manage("/api/nodes").spliterator(), false)
        .filter(node -> node.at("/running").asBoolean())
        .count();
  }

  /** A queue, as the management API tells of it. */
  JsonNode queue(String name) throws IOException, InterruptedException {
    return manage("/api/queues/%2F/" + name);
  }

  /** The pod of the node that leads a quorum queue. */
  String leader(String queue) throws IOException, InterruptedException {
    String leader = queue(queue).at("/leader").asString();
    return leader.substring(leader.indexOf('@') + 1, leader.indexOf('.'));
  }

  /** Takes a pod away as a node is that fails: nothing in it is asked. */
  void kill(String pod) throws IOException, InterruptedException {
    kubectl.must("delete", "pod", pod, "--force", "--grace-period=0");
  }

  private JsonNode manage(String path) throws IOException, InterruptedException {
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

  /** Without the wait of each node for the others. */
  @Override
  public void close() throws Exception {
    kubectl.must("delete", "statefulset", "rabbitmq", "--cascade=orphan");
    kubectl.must("delete", "pods", "--all", "--force", "--grace-period=0");
    kubectl.close();
  }
}
