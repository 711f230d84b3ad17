package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology.Binding;
import io.pipeforce.hub.pipeline.Param;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What says which binding is meant. */
record BindingArguments(
    @Param("Name of the queue, or of the exchange, to which messages go.") String destinationName,
    @Param(value = "What that is.", or = "queue") DestinationType destinationType,
    @Param("Where they come from; when missing, the topic exchange of the namespace.")
        Optional<String> exchange,
    @Param("Which ones: a routing key; of a topic exchange, a pattern with * and #.")
        Optional<String> routingKey,
    @Param("Arguments of the binding, as for a headers exchange.")
        Optional<Map<String, Object>> args) {
  enum DestinationType {
    QUEUE,
    EXCHANGE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Binding binding(String topicExchange) {
    return new Binding(
        exchange.orElse(topicExchange),
        destinationName,
        destinationType == DestinationType.QUEUE,
        routingKey.orElse(""),
        args.orElse(Map.of()));
  }
}
