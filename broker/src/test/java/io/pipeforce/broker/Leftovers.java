package io.pipeforce.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pipeforce.broker.model.Exchange;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.VirtualHost;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** What a broker still holds when all its clients have gone: it should be nothing. */
final class Leftovers {
  /** Objects that live as long as a client, its channels, its queues or its messages. */
  private static final List<String> MORTALS =
      List.of(
          "session.Connection",
          "session.Channel",
          "session.Consumer",
          "session.Outbound",
          "session.Outbound$Command",
          "session.Transaction",
          "session.Publishing",
          "model.Queue",
          "model.QueuedMessage",
          "model.Message",
          "model.Content",
          "model.Delivery",
          "model.Subscription",
          "model.Binding");

  private static final Pattern HISTOGRAM_LINE =
      Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+io\\.pipeforce\\.broker\\.(\\S+).*");

  private Leftovers() {}

  /** All that it holds of clients, beside what it holds for itself. */
  static List<String> of(Broker broker) {
    VirtualHost host = broker.server().host();
    List<String> left = new ArrayList<>();
    add(left, "connections", broker.server().connections().size());
    add(
        left,
        "channels",
        broker.server().churn().channelsOpened() - broker.server().churn().channelsClosed());
    for (Queue queue : host.queues()) {
      if (queue.definition().exclusive()) {
        left.add("exclusive queue " + queue.name());
      }
      add(left, "consumers of " + queue.name(), queue.state().consumers().size());
      add(left, "messages without an owner of " + queue.name(), queue.state().unacknowledged());
    }
    return left;
  }

  private static void add(List<String> left, String what, long count) {
    if (count != 0) {
      left.add(count + " " + what);
    }
  }

  /** Removes what clients may leave behind, which is what makes the rest comparable. */
  static void deleteAll(Broker broker) {
    VirtualHost host = broker.server().host();
    host.queues().forEach(queue -> host.deleteQueue(queue, false, false));
    host.exchanges().stream()
        .map(Exchange::name)
        .filter(name -> !name.isEmpty() && !name.startsWith("amq."))
        .forEach(name -> host.deleteExchange(name, false));
    // Those that are always there may be bound to each other.
    host.bindings().stream()
        .filter(binding -> binding.destination() instanceof Exchange)
        .forEach(binding ->
            host.unbind(
                binding.source().name(),
                binding.destination(),
                binding.routingKey(),
                binding.arguments()));
  }

  /** Objects of the broker on the heap that only clients are the reason for, after a collection. */
  static Map<String, Long> objects() {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      return histogram
          .lines()
          .map(HISTOGRAM_LINE::matcher)
          .filter(Matcher::matches)
          .filter(line -> MORTALS.contains(line.group(2)))
          .collect(
              Collectors.toMap(
                  line -> line.group(2),
                  line -> Long.valueOf(line.group(1)),
                  Long::sum,
                  TreeMap::new));
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Open files and sockets; 0 where nobody counts them. */
  static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getOpenFileDescriptorCount()
        : 0;
  }

  /** What the heap holds after a collection. */
  static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
