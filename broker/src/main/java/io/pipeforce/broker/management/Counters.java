package io.pipeforce.broker.management;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.QueueChurn;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.session.AmqpServer;
import io.pipeforce.broker.session.Churn;
import io.pipeforce.broker.session.Traffic;
import java.io.File;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The numbers that have rates, by the names that RabbitMQ gives them. */
final class Counters {
  private Counters() {}

  /** What is counted for the broker as a whole, each with an identity of its own. */
  enum Whole {
    MESSAGES,
    QUEUE_TOTALS,
    TRAFFIC,
    RESOURCES,
    CHURN
  }

  /** Two things are counted of a queue: what happened to messages, and how many it holds. */
  record Contents(Object queue) {}

  static void all(AmqpServer server, BiConsumer<Object, Map<String, Long>> sample) {
    List<QueueState> states = new ArrayList<>();
    server
        .host()
        .queues()
        .forEach(queue -> {
          QueueState state = queue.state();
          states.add(state);
          sample.accept(queue, of(state.stats()));
          sample.accept(new Contents(queue), contents(state));
        });
    server.host().exchanges().forEach(exchange -> sample.accept(exchange, of(exchange)));
    server
        .connections()
        .forEach(connection -> {
          sample.accept(connection, of(connection.traffic()));
          connection
              .channels()
              .forEach(channel -> sample.accept(channel, channel.counters().counts()));
        });
    sample.accept(Whole.MESSAGES, server.messages().counts());
    sample.accept(Whole.QUEUE_TOTALS, totals(states));
    sample.accept(Whole.RESOURCES, resources(server));
    sample.accept(Whole.TRAFFIC, of(server.traffic()));
    sample.accept(Whole.CHURN, churn(server));
  }

  /** Publishing and delivering appear each with its first message. */
  static Map<String, Long> of(QueueState.MessageStats stats) {
    Map<String, Long> counts = new LinkedHashMap<>();
    if (stats.publish() > 0) {
      counts.put("publish", stats.publish());
    }
    long deliveredOrGot = stats.deliver() + stats.deliverNoAck() + stats.get() + stats.getNoAck();
    if (deliveredOrGot + stats.getEmpty() + stats.ack() > 0) {
      counts.put("deliver", stats.deliver());
      counts.put("deliver_no_ack", stats.deliverNoAck());
      counts.put("get", stats.get());
      counts.put("get_no_ack", stats.getNoAck());
      counts.put("get_empty", stats.getEmpty());
      counts.put("deliver_get", deliveredOrGot);
      counts.put("redeliver", stats.redeliver());
      counts.put("ack", stats.ack());
    }
    return counts;
  }

  static Map<String, Long> contents(QueueState state) {
    return contents(state.messages(), state.ready(), state.unacknowledged());
  }

  static Map<String, Long> totals(Collection<QueueState> states) {
    return contents(
        states.stream().mapToLong(QueueState::messages).sum(),
        states.stream().mapToLong(QueueState::ready).sum(),
        states.stream().mapToLong(QueueState::unacknowledged).sum());
  }

  private static Map<String, Long> contents(long messages, long ready, long unacknowledged) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("messages", messages);
    counts.put("messages_ready", ready);
    counts.put("messages_unacknowledged", unacknowledged);
    return counts;
  }

  static Map<String, Long> of(Exchange exchange) {
    long in = exchange.counters().in();
    return in == 0 ? Map.of() : Map.of("publish_in", in, "publish_out", exchange.counters().out());
  }

  static Map<String, Long> of(Traffic traffic) {
    return Map.of("recv_oct", traffic.receivedOctets(), "send_oct", traffic.sentOctets());
  }

  /** What the process takes of its machine. */
  static Map<String, Long> resources(AmqpServer server) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("mem_used", server.host().memory().bytes());
    counts.put("fd_used", descriptors().getOpenFileDescriptorCount());
    counts.put("sockets_used", (long) server.connections().size());
    counts.put("proc_used", (long) ManagementFactory.getThreadMXBean().getThreadCount());
    counts.put("disk_free", new File(".").getUsableSpace());
    counts.put(
        "gc_num",
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionCount)
            .sum());
    return counts;
  }

  static UnixOperatingSystemMXBean descriptors() {
    return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
  }

  static Map<String, Long> churn(AmqpServer server) {
    Churn churn = server.churn();
    QueueChurn queues = server.host().queueChurn();
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("connection_created", churn.connectionsOpened());
    counts.put("connection_closed", churn.connectionsClosed());
    counts.put("channel_created", churn.channelsOpened());
    counts.put("channel_closed", churn.channelsClosed());
    counts.put("queue_declared", queues.timesDeclared());
    counts.put("queue_created", queues.timesCreated());
    counts.put("queue_deleted", queues.timesDeleted());
    return counts;
  }
}
