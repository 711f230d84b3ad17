package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.ServiceSettings;
import io.pipeforce.internal.dispatch.DurationText;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.topology.Binding;
import io.pipeforce.internal.topology.Wanted;
import io.pipeforce.internal.topology.WantedExchange;
import io.pipeforce.internal.topology.WantedQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchanges and queues of a service. What exists is used as it is: a redeclaration with other
 * arguments would be refused (406), and nobody but a person may decide to delete a queue.
 *
 * <p>For one look: all goes over one channel, and one that the broker closes is replaced.
 */
final class Topology implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Topology.class);

  /**
   * RabbitMQ 4's default; earlier versions have none, and a message that kills would kill for ever.
   */
  static final int DELIVERY_LIMIT = 20;

  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

  private final ServiceSettings settings;
  private final Connection connection;
  private final Set<String> reported;
  private final Set<Duration> declaredDelays = new HashSet<>();
  private @Nullable Channel open;

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

  /**
   * All that the handlers of a service need, for the comparison with what the broker has.
   *
   * @param version the broker's major version
   */
  static Wanted wanted(ServiceSettings settings, List<HandlerMethod> handlers, int version) {
    List<WantedExchange> exchanges = new ArrayList<>();
    exchanges.add(new WantedExchange(settings.exchange(), "topic"));
    List<WantedQueue> queues = new ArrayList<>();
    queues.add(deadLetters(settings, version));
    Set<Duration> delays = new TreeSet<>();
    for (HandlerMethod handler : handlers) {
      queues.add(handlerQueue(settings, handler));
      delays.addAll(delays(handler));
    }
    for (Duration delay : delays) {
      exchanges.add(new WantedExchange(delay(delay), "fanout"));
      queues.add(delayQueue(delay));
    }
    return new Wanted(settings.queuePrefix(), exchanges, queues);
  }

  private static WantedQueue deadLetters(ServiceSettings settings, int version) {
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    if (version >= 4) {
      // Looking at a dead letter (get + requeue) counts as a delivery, and with the default limit
      // of 20 the message would then be dropped. Before 4.0 there is no default, and -1 means 0.
      arguments.put("x-delivery-limit", -1);
    }
    return new WantedQueue(settings.deadLetterQueue(), arguments, List.of());
  }

  private static WantedQueue handlerQueue(ServiceSettings settings, HandlerMethod handler) {
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    arguments.put("x-delivery-limit", DELIVERY_LIMIT);
    arguments.put("x-dead-letter-exchange", "");
    arguments.put("x-dead-letter-routing-key", settings.deadLetterQueue());
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    if (handler.ordered()) {
      arguments.put("x-single-active-consumer", true);
    }
    return new WantedQueue(
        queue(settings, handler),
        arguments,
        handler.patterns().stream()
            .map(pattern -> Binding.of(settings.exchange(), pattern.text()))
            .toList());
  }

  private static Set<Duration> delays(HandlerMethod handler) {
    return handler.ordered() ? Set.of() : new HashSet<>(handler.retryPolicy().delays());
  }

  /**
   * A message waits in the queue for its time to live and is then dead-lettered to the default
   * exchange with the routing key it was published with: the name of the queue it came from.
   */
  private static WantedQueue delayQueue(Duration delay) {
    String name = delay(delay);
    Map<String, Object> arguments = new HashMap<>(QUORUM);
    arguments.put("x-message-ttl", delay.toMillis());
    arguments.put("x-dead-letter-exchange", "");
    // Classic queues, and quorum queues by default, dead-letter without confirms and lose the
    // message when the target is away at that moment.
    arguments.put("x-dead-letter-strategy", "at-least-once");
    arguments.put("x-overflow", "reject-publish");
    return new WantedQueue(name, arguments, List.of(Binding.of(name, "")));
  }

  private Channel channel() throws IOException {
    Channel channel = open;
    if (channel == null || !channel.isOpen()) {
      channel = Link.channel(connection);
      open = channel;
    }
    return channel;
  }

  @Override
  public void close() {
    try {
      if (open != null) {
        open.abort();
      }
    } catch (IOException e) {
      throw new IllegalStateException("abort() of a channel is documented to swallow this", e);
    }
  }

  /** Declares the exchange; answers whether it was missing. */
  boolean declareExchange() throws IOException, TimeoutException {
    return declareExchange(connection, settings.exchange());
  }

  /**
   * Declares the dead-letter queue and all that these handlers need without waiting for each
   * answer. At almost every start all of it is there already, and a hundred handlers would spend
   * most of their start with waiting.
   *
   * @return false when the broker refused something; declaring one by one tells what
   */
  boolean declareTogether(List<HandlerMethod> handlers) throws IOException {
    Channel channel = channel();
    try {
      declareWithoutWaiting(channel, deadLetters(settings, version(connection)));
      Set<Duration> delays = new HashSet<>();
      for (HandlerMethod handler : handlers) {
        declareWithoutWaiting(channel, handlerQueue(settings, handler));
        delays.addAll(delays(handler));
      }
      for (Duration delay : delays) {
        channel.exchangeDeclareNoWait(delay(delay), "fanout", true, false, false, Map.of());
        declareWithoutWaiting(channel, delayQueue(delay));
      }
      // The broker works through a channel in order: with this answer all before it is done.
      channel.queueDeclarePassive(settings.deadLetterQueue());
      declaredDelays.addAll(delays);
      return true;
    } catch (IOException | ShutdownSignalException e) {
      if (!connection.isOpen()) {
        throw e;
      }
      log.debug("declaring one by one: {}", e.toString());
      return false;
    }
  }

  private static void declareWithoutWaiting(Channel channel, WantedQueue queue) throws IOException {
    channel.queueDeclareNoWait(queue.name(), true, false, false, queue.arguments());
    for (Binding binding : queue.bindings()) {
      channel.queueBindNoWait(queue.name(), binding.exchange(), binding.key(), binding.arguments());
    }
  }

  /** Declares the dead-letter queue. */
  void declareDeadLetters() throws IOException {
    declare(deadLetters(settings, version(connection)));
  }

  /** Declares the queue of a handler, its bindings and the delays of its ladder. */
  void declare(HandlerMethod handler) throws IOException {
    declare(handlerQueue(settings, handler));
    for (Duration delay : delays(handler)) {
      if (declaredDelays.add(delay)) {
        channel().exchangeDeclare(delay(delay), "fanout", true);
        declare(delayQueue(delay));
      }
    }
  }

  private void declare(WantedQueue queue) throws IOException {
    declareQueue(queue.name(), queue.arguments());
    bind(queue);
  }

  /** Makes a handler's bindings again; those that are there stay as they are. */
  void bind(HandlerMethod handler) throws IOException {
    bind(handlerQueue(settings, handler));
  }

  private void bind(WantedQueue queue) throws IOException {
    for (Binding binding : queue.bindings()) {
      channel().queueBind(queue.name(), binding.exchange(), binding.key(), binding.arguments());
    }
  }

  /** What the broker says of a queue; empty when it is gone. */
  Optional<AMQP.Queue.DeclareOk> look(String queue) throws IOException {
    try {
      return Optional.of(channel().queueDeclarePassive(queue));
    } catch (IOException e) {
      if (Reasons.code(e) != AMQP.NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** The exchange that feeds one queue and lets its messages keep their routing keys. */
  static void declareOwnExchange(Connection connection, String name)
      throws IOException, TimeoutException {
    try (Channel channel = connection.createChannel()) {
      channel.exchangeDeclare(name, "fanout", true);
    }
  }

  /**
   * Uses the exchange as it is found, else creates it as a durable topic exchange; answers whether
   * it was missing.
   */
  static boolean declareExchange(Connection connection, String name)
      throws IOException, TimeoutException {
    // A failed passive declare closes the channel, so it has one of its own.
    Channel probe = connection.createChannel();
    try {
      probe.exchangeDeclarePassive(name);
      probe.close();
      return false;
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
    return true;
  }

  private void declareQueue(String name, Map<String, Object> arguments) throws IOException {
    try {
      channel().queueDeclare(name, true, false, false, arguments);
    } catch (IOException e) {
      if (Reasons.code(e) != AMQP.PRECONDITION_FAILED) {
        throw e;
      }
      String difference = Reasons.text(e);
      channel().queueDeclarePassive(name);
      if (reported.add(name)) {
        log.warn(
            "queue {} exists with other arguments and is used as it is ({}); pi topology plan shows"
                + " the difference, pi topology apply migrates the queue with its messages while the"
                + " service is stopped",
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
