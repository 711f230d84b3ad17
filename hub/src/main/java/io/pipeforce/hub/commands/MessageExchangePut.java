package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import java.util.Map;
import java.util.Optional;

/** {@code message.exchange.put}. */
final class MessageExchangePut implements Command<MessageExchangePut.Arguments> {
  private final BrokerTopology topology;

  MessageExchangePut(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(
      @Param("Its name.") String exchange,
      @Param(value = "direct, topic, fanout or headers.", or = "topic") String type,
      @Param(value = "Whether it outlives a restart of the broker.", or = "true") boolean durable,
      @Param("Arguments of the broker, as in alternate-exchange.")
          Optional<Map<String, Object>> args) {}

  @Override
  public String name() {
    return "message.exchange.put";
  }

  @Override
  public String about() {
    return "Declares an exchange; one that is there with the same properties stays as it is.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    topology.putExchange(
        arguments.exchange(),
        arguments.type(),
        arguments.durable(),
        arguments.args().orElse(Map.of()));
    return Outcome.UNCHANGED;
  }
}
