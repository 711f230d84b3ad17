package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.DurationText;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.KeyPattern;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchanges and queues of a service. What exists is used as it is: a redeclaration with other
 * arguments would be refused (406), and nobody but a person may decide to delete a queue.
 */
final class Topology {
  private static final Logger log = LoggerFactory.getLogger(Topology.class);

  /**
   * RabbitMQ 4's default; earlier versions have none, and a message that kills would kill for ever.
   */
  static final int DELIVERY_LIMIT = 20;

  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

  private final ServiceSettings settings;
  private final Connection connection;
  private final Set<String> reported;

  /**
   * @param reported differences that were said already, so that a reconnect does not repeat them
   */
  Topology(ServiceSettings settings, Connection connection, Set<String> reported) {
    this.settings = settings;
    this.connection = connection;
    this.reported = reported;
  }

  static String queue(ServiceSettings settings, HandlerMethod handler) {
    return settings.queuePrefix() + "." + handler.name();
  }

  /** The name of a delay's exchange and queue. */
  static String delay(Duration delay) {
    return "pipeforce.retry." + DurationText.format(delay);
  }

  /** Declares what all handlers share. */
  void declareShared() throws IOException, TimeoutException {
    declareExchange(connection, settings.exchange());
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    if (version(connection) >= 4) {
      // Looking at a dead letter (get + requeue) counts as a delivery, and with the default limit
      // of 20 the message would then be dropped. Before 4.0 there is no default, and -1 means 0.
      arguments.put("x-delivery-limit", -1);
    }
    declareQueue(settings.deadLetterQueue(), arguments);
  }

  /** Declares the queue of a handler, its bindings and the delays of its ladder. */
  void declare(HandlerMethod handler) throws IOException, TimeoutException {
    String queue = queue(settings, handler);
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    arguments.put("x-delivery-limit", DELIVERY_LIMIT);
    arguments.put("x-dead-letter-exchange", "");
    arguments.put("x-dead-letter-routing-key", settings.deadLetterQueue());
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    if (handler.ordered()) {
      arguments.put("x-single-active-consumer", true);
    }
    declareQueue(queue, arguments);
    try (Channel channel = connection.createChannel()) {
      for (KeyPattern pattern : handler.patterns()) {
        channel.queueBind(queue, settings.exchange(), pattern.text());
      }
    }
    if (!handler.ordered()) {
      for (Duration delay : new HashSet<>(handler.retryPolicy().delays())) {
        declareDelay(delay);
      }
    }
  }

  /**
   * A message waits in the queue for its time to live and is then dead-lettered to the default
   * exchange with the routing key it was published with: the name of the queue it came from.
   */
  private void declareDelay(Duration delay) throws IOException, TimeoutException {
    String name = delay(delay);
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    arguments.put("x-message-ttl", delay.toMillis());
    arguments.put("x-dead-letter-exchange", "");
    // Classic queues, and quorum queues by default, dead-letter without confirms and lose the
    // message when the target is away at that moment.
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    declareQueue(name, arguments);
    try (Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(name, "fanout", true);
      channel.queueBind(name, name, "");
    }
  }

  /** Uses the exchange as it is found, else creates it as a durable topic exchange. */
  static void declareExchange(Connection connection, String name)
      throws IOException, TimeoutException {
    // A failed passive declare closes the channel, so it has one of its own.
    Channel probe = connection.createChannel();
    try {
      probe.exchangeDeclarePassive(name);
      probe.close();
      return;
    } catch (IOException e) {
      if (Reasons.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
    }
    try (Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(name, "topic", true);
    } catch (IOException e) {
      // Somebody else was faster, with other arguments: then it is found, and used as it is.
      if (Reasons.code(e) != AMQP.PRECONDITION_FAILED) {
        throw e;
      }
    }
  }

  private void declareQueue(String name, Map<String, Object> arguments)
      throws IOException, TimeoutException {
    Channel channel = connection.createChannel();
    try {
      channel.queueDeclare(name, true, false, false, arguments);
      channel.close();
    } catch (IOException e) {
      if (Reasons.code(e) != AMQP.PRECONDITION_FAILED) {
        throw e;
      }
      String difference = Reasons.text(e);
      Channel probe = connection.createChannel();
      probe.queueDeclarePassive(name);
      probe.close();
      if (reported.add(name)) {
        log.warn(
            "queue {} exists with other arguments and is used as it is ({}); to change it, delete it"
                + " when it is empty, it is declared anew at the next start",
            name,
            difference);
      }
    }
  }

  /** The major version that the broker announces, 0 when it does not. */
  static int version(Connection connection) {
    Object version = connection.getServerProperties().get("version");
    String text = version == null ? "" : version.toString();
    int dot = text.indexOf('.');
    try {
      return Integer.parseInt(dot < 0 ? text : text.substring(0, dot));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
