package io.pipeforce.bench;

import bench.Order;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The broker that all peers work on: makes their queues, fills them, and looks into them. */
final class Broker implements AutoCloseable {
  static final String KEY = "bench.order";

  private static final int OUTSTANDING = 4000;
  private static final AMQP.BasicProperties PROPERTIES =
      MessageProperties.MINIMAL_PERSISTENT_BASIC.builder().contentType("application/json").build();
  private static final JsonMapper mapper = new JsonMapper();
  private static final ObjectWriter writer = mapper.writerFor(Order.class);

  private final URI uri;
  private final URI management;
  private final Connection connection;
  private final HttpClient http = HttpClient.newHttpClient();
  private int number;

  private Broker(URI uri, URI management, Connection connection) {
    this.uri = uri;
    this.management = management;
    this.connection = connection;
  }

  static Broker connect(URI uri, URI management) {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(uri);
      factory.setAutomaticRecoveryEnabled(false);
      return new Broker(uri, management, factory.newConnection("bench"));
    } catch (Exception e) {
      throw new MeasurementException(
          "no broker at "
              + uri.getHost()
              + ":"
              + uri.getPort()
              + " ("
              + e
              + "); start one with"
              + " dev/brokers up 4.3, or name one with --broker and --management",
          e);
    }
  }

  /** The broker's own name and version. */
  String version() {
    Map<String, Object> properties = connection.getServerProperties();
    return properties.get("product") + " " + properties.get("version");
  }

  /** Where one run takes place: an exchange and a queue, or several, of its own. */
  final class Place implements AutoCloseable {
    private final String exchange;
    private final String queue;
    private final List<String> queues;

    /**
     * @param queues one for each handler of the peer
     */
    private Place(String exchange, List<String> queues) {
      this.exchange = exchange;
      this.queue = queues.getFirst();
      this.queues = queues;
    }

    private String key(long number) {
      return queues.size() == 1 ? KEY : KEY + "." + number % queues.size();
    }

    /** What a peer is told about where to work. */
    Map<String, String> environment() {
      String[] login = uri.getUserInfo().split(":", 2);
      String path = uri.getPath() == null ? "" : uri.getPath();
      Map<String, String> environment = new HashMap<>();
      environment.put("BENCH_BROKER", uri.toString());
      environment.put("BENCH_HOST", uri.getHost());
      environment.put("BENCH_PORT", String.valueOf(uri.getPort() < 0 ? 5672 : uri.getPort()));
      environment.put("BENCH_USERNAME", login[0]);
      environment.put("BENCH_PASSWORD", login[1]);
      environment.put("BENCH_VHOST", path.length() > 1 ? path.substring(1) : "/");
      environment.put("BENCH_QUEUE", queue);
      environment.put("BENCH_EXCHANGE", exchange);
      environment.put("BENCH_KEY", KEY);
      environment.put("PIPEFORCE_SERVICE", "orders");
      environment.put("PIPEFORCE_NAMESPACE", "bench");
      environment.put("PIPEFORCE_HEALTH_PORT", "0");
      environment.put("PIPEFORCE_MESSAGE_BROKER", uri.toString());
      environment.put("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", exchange);
      environment.put("PIPEFORCE_MESSAGING_QUEUE", exchange);
      environment.put("PIPEFORCE_MESSAGING_PREFETCH", "250");
      return environment;
    }

    /**
     * Publishes orders, persistent and confirmed, to the queues in turn; answers the sum of their
     * totals.
     */
    long fill(long messages) {
      try (Channel channel = connection.createChannel()) {
        Semaphore permits = confirms(channel);
        long sum = 0;
        for (long i = 0; i < messages; i++) {
          Order order = Order.numbered(i);
          sum += order.total();
          permits.acquire();
          channel.basicPublish(exchange, key(i), PROPERTIES, writer.writeValueAsBytes(order));
        }
        permits.acquire(OUTSTANDING);
        return sum;
      } catch (IOException | TimeoutException e) {
        throw new MeasurementException("could not fill the queue " + queue + ": " + e, e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    /**
     * Publishes orders that carry their time at this rate, one at a time, from a thread that sleeps
     * in between. Answers the sum of their totals.
     */
    long publish(long messages, int perSecond) {
      long period = Duration.ofSeconds(1).toNanos() / perSecond;
      try (Channel channel = connection.createChannel()) {
        long sum = 0;
        long due = System.nanoTime();
        for (long i = 0; i < messages; i++) {
          due += period;
          for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
            LockSupport.parkNanos(rest);
          }
          Order order = Order.numbered(i);
          sum += order.total();
          byte[] body = writer.writeValueAsBytes(order.sentNow());
          channel.basicPublish(exchange, key(i), PROPERTIES, body);
        }
        return sum;
      } catch (IOException | TimeoutException e) {
        throw new MeasurementException("could not publish to " + exchange + ": " + e, e);
      }
    }

    /** Waits until the queue is empty and nothing is unacknowledged. */
    void awaitEmpty() {
      String path = "/api/queues/" + encoded(vhost()) + "/" + encoded(queue);
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (true) {
        JsonNode state = get(path);
        if (state.path("messages").asLong(-1) == 0
            && state.path("messages_unacknowledged").asLong(-1) == 0) {
          return;
        }
        if (System.nanoTime() > end) {
          throw new MeasurementException("messages are left, or not acknowledged: " + state, null);
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }

    /** How many messages are ready; after the peer has gone, these are all there are. */
    long ready() {
      try (Channel channel = connection.createChannel()) {
        return channel.queueDeclarePassive(queue).getMessageCount();
      } catch (IOException | TimeoutException e) {
        throw new MeasurementException("could not look at " + queue + ": " + e, e);
      }
    }

    @Override
    public void close() {
      try (Channel channel = connection.createChannel()) {
        for (String name : queues) {
          channel.queueDelete(name);
        }
        channel.exchangeDelete(exchange);
      } catch (IOException | TimeoutException e) {
        throw new MeasurementException("could not delete " + queue + ": " + e, e);
      }
    }
  }

  /**
   * Makes a queue. The arguments are those that our SDK gives its queues, for all peers the same.
   *
   * @param type {@code classic} or {@code quorum}
   */
  Place place(String type, Peer peer) {
    String exchange = "bench." + ProcessHandle.current().pid() + "." + ++number;
    List<String> queues =
        peer.handlers() == 1
            ? List.of(exchange + peer.queueSuffix())
            : IntStream.range(0, peer.handlers())
                .mapToObj(i -> exchange + peer.queueSuffix() + i)
                .toList();
    Place place = new Place(exchange, queues);
    Map<String, Object> arguments =
        type.equals("quorum")
            ? Map.of(
                "x-queue-type", "quorum",
                "x-delivery-limit", 20,
                "x-dead-letter-exchange", "",
                "x-dead-letter-routing-key", "pipeforce_default_dlq",
                "x-dead-letter-strategy", "at-least-once",
                "x-overflow", "reject-publish")
            : Map.of("x-queue-type", "classic");
    try (Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(exchange, "topic", true);
      for (int i = 0; i < queues.size(); i++) {
        channel.queueDeclare(queues.get(i), true, false, false, arguments);
        channel.queueBind(queues.get(i), exchange, place.key(i));
      }
    } catch (IOException | TimeoutException e) {
      throw new MeasurementException("could not declare " + place.queue + ": " + e, e);
    }
    return place;
  }

  /** As many permits as messages may be unconfirmed; a confirm gives its permits back. */
  private static Semaphore confirms(Channel channel) throws IOException {
    Semaphore permits = new Semaphore(OUTSTANDING);
    channel.confirmSelect();
    channel.addConfirmListener(
        new ConfirmListener() {
          private final TreeSet<Long> early = new TreeSet<>();
          private long upTo;

          @Override
          public void handleAck(long tag, boolean multiple) {
            int count = 1;
            if (multiple) {
              count = (int) (tag - upTo) - early.headSet(tag, true).size();
              early.headSet(tag, true).clear();
              upTo = tag;
            } else {
              early.add(tag);
              while (early.remove(upTo + 1)) {
                upTo++;
              }
            }
            permits.release(count);
          }

          @Override
          public void handleNack(long tag, boolean multiple) {
            throw new IllegalStateException("the broker refused message " + tag);
          }
        });
    return permits;
  }

  private JsonNode get(String path) {
    String login =
        Base64.getEncoder().encodeToString(uri.getUserInfo().getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(management.resolve(path))
            .header("Authorization", "Basic " + login)
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new MeasurementException(request.uri() + " answered " + response.statusCode(), null);
      }
      return mapper.readTree(response.body());
    } catch (IOException e) {
      throw new MeasurementException("no answer from " + request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private String vhost() {
    String path = uri.getPath();
    return path == null || path.length() <= 1 ? "/" : path.substring(1);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static MeasurementException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new MeasurementException("interrupted", e);
  }

  @Override
  public void close() {
    connection.abort();
  }
}
