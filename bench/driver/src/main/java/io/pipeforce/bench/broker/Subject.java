package io.pipeforce.bench.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.bench.MeasurementException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A broker that is measured.
 *
 * @param id as it stands in the results
 * @param pid of the process whose time and memory count
 */
record Subject(String id, URI uri, long pid) {
  static final String DEV = "dev";
  static final String RABBITMQ = "rabbitmq";

  /** What a running RabbitMQ says of itself. */
  record Node(Subject subject, String version) {}

  static Node rabbitMq(URI uri, URI management) {
    String login =
        Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(management.resolve("/api/nodes"))
            .header("Authorization", "Basic " + login)
            .timeout(Duration.ofSeconds(20))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      JsonNode node =
          JsonMapper.shared()
              .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
              .get(0);
      long pid = Long.parseLong(node.path("os_pid").asString());
      Subject subject = new Subject(RABBITMQ, uri, pid);
      try (Connection connection = subject.connect()) {
        return new Node(subject, "RabbitMQ " + connection.getServerProperties().get("version"));
      }
    } catch (IOException e) {
      throw new MeasurementException(
          "no RabbitMQ at " + management + "; start one with dev/brokers up 4.0", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MeasurementException("interrupted", e);
    }
  }

  Connection connect() {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(uri);
      factory.setAutomaticRecoveryEnabled(false);
      return factory.newConnection("bench");
    } catch (IOException | TimeoutException | GeneralSecurityException e) {
      throw new MeasurementException("no broker at " + uri + ": " + e, e);
    }
  }

  /** CPU time so far, user and system. */
  Duration cpu() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    // The kernel reports in units of 10 ms on every Linux that runs Java.
    return Duration.ofMillis(10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])));
  }

  /** Resident memory in MiB. */
  double memory() {
    return read("status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .findFirst()
        .orElseThrow();
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
