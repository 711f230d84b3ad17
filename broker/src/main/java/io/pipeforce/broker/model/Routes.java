package io.pipeforce.broker.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The queues that a message goes to, each once, through all exchanges on the way. Reads concurrent
 * structures only, so a route that is bound or unbound meanwhile may or may not be taken.
 */
final class Routes {
  private static final int FEW = 16;

  private final Exchange first;
  private final List<Queue> queues = new ArrayList<>(2);
  private @Nullable Set<Queue> seenQueues;
  private final ArrayDeque<Exchange> ahead = new ArrayDeque<>(0);
  private final Set<Exchange> seenExchanges = new HashSet<>(0);
  private boolean led;

  private Routes(Exchange first) {
    this.first = first;
  }

  static List<Queue> of(VirtualHost host, Exchange exchange, Message message) {
    Routes routes = new Routes(exchange);
    if (exchange.isDefault()) {
      message.routingKeys().forEach(key -> host.queue(key).ifPresent(routes::found));
    } else {
      routes.follow(host, message);
    }
    return routes.queues;
  }

  private void follow(VirtualHost host, Message message) {
    for (Exchange exchange = first; exchange != null; exchange = ahead.poll()) {
      led = false;
      exchange.router().route(message, this::found);
      if (!led) {
        exchange.alternate().flatMap(host::exchange).ifPresent(this::found);
      }
    }
  }

  private void found(Destination destination) {
    led = true;
    switch (destination) {
      case Queue queue -> found(queue);
      case Exchange exchange -> {
        if (exchange != first && seenExchanges.add(exchange)) {
          ahead.add(exchange);
        }
      }
    }
  }

  private void found(Queue queue) {
    if (seenQueues == null && queues.size() >= FEW) {
      seenQueues = new HashSet<>(queues);
    }
    if (seenQueues == null ? !queues.contains(queue) : seenQueues.add(queue)) {
      queues.add(queue);
    }
  }
}
