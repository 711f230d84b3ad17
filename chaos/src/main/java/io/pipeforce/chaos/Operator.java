package io.pipeforce.chaos;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with the broker in hand: plain AMQP and the management API, past all proxies. */
final class Operator {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Address> amqp;
  private final List<URI> management;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /** Work on a channel. */
  @FunctionalInterface
  interface Work<T> {
    T on(Channel channel) throws IOException;
  }

  /**
   * @param amqp the nodes of the broker; any that answers will do
   * @param management their management APIs
   */
  Operator(List<URI> amqp, List<URI> management) {
    this.amqp = amqp.stream().map(node -> new Address(node.getHost(), node.getPort())).toList();
    this.management = List.copyOf(management);
  }

  private <T> T work(Work<T> work) throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setHandshakeTimeout(20_000);
    try (Connection connection = factory.newConnection(amqp, "chaos operator")) {
      return work.on(connection.createChannel());
    } catch (TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** Removes what earlier runs left behind. */
  void clean() throws IOException {
    work(channel -> {
      for (Handler handler : Handler.values()) {
        channel.queueDelete(handler.queue());
      }
      for (String delay : Leftovers.DELAYS) {
        channel.queueDelete(delay);
        channel.exchangeDelete(delay);
      }
      channel.queueDelete(Names.DEAD_LETTERS);
      return channel.exchangeDelete(Names.EXCHANGE);
    });
  }

  void delete(String queue) throws IOException {
    work(channel -> channel.queueDelete(queue));
  }

  /** How many messages are ready; empty when there is no such queue. */
  OptionalInt ready(String queue) throws IOException {
    return declared(queue)
        .map(AMQP.Queue.DeclareOk::getMessageCount)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  boolean isConsumed(String queue) throws IOException {
    return declared(queue).map(found -> found.getConsumerCount() > 0).orElse(false);
  }

  private Optional<AMQP.Queue.DeclareOk> declared(String queue) throws IOException {
    return work(channel -> {
      try {
        return Optional.of(channel.queueDeclarePassive(queue));
      } catch (IOException e) {
        return Optional.empty();
      }
    });
  }

  /** Takes all messages that are ready out of a queue. */
  void drain(String queue, Consumer<Delivery> to) throws IOException, InterruptedException {
    int count = ready(queue).orElse(0);
    if (count == 0) {
      return;
    }
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    // Consumed: basic.get is refused on queues with a single active consumer.
    List<Delivery> taken =
        work(channel -> {
          channel.basicConsume(queue, true, (tag, message) -> deliveries.add(message), tag -> {});
          List<Delivery> all = new ArrayList<>();
          try {
            for (int i = 0; i < count; i++) {
              Delivery next = deliveries.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
              if (next == null) {
                throw new IOException(queue + " gave only " + i + " of " + count + " messages");
              }
              all.add(next);
            }
          } catch (InterruptedException e) {
            throw new InterruptedIOException(queue);
          }
          return all;
        });
    taken.forEach(to);
  }

  /** Closes all connections of clients; those of this program as well. */
  void closeConnections() throws IOException, InterruptedException {
    JsonNode connections = JsonMapper.shared().readTree(call("GET", "/api/connections").body());
    for (JsonNode connection : connections) {
      String name = connection.required("name").stringValue();
      call(
          "DELETE",
          "/api/connections/"
              + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    }
  }

  private HttpResponse<String> call(String method, String path)
      throws IOException, InterruptedException {
    IOException failure = new IOException("no management API");
    for (URI node : management) {
      try {
        return call(node, method, path);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private HttpResponse<String> call(URI node, String method, String path)
      throws IOException, InterruptedException {
    String login =
        Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
    return http.send(
        HttpRequest.newBuilder(URI.create(node + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(PATIENCE)
            .header("Authorization", "Basic " + login)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
