package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import java.util.Map;
import java.util.Optional;

/** {@code message.queue.put}. */
final class MessageQueuePut implements Command<MessageQueuePut.Arguments> {
  private final BrokerTopology topology;

  MessageQueuePut(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(
      @Param("Its name.") String name,
      @Param(value = "Whether it outlives a restart of the broker.", or = "true") boolean durable,
      @Param("Arguments of the broker, as in x-queue-type: quorum.")
          Optional<Map<String, Object>> args) {}

  @Override
  public String name() {
    return "message.queue.put";
  }

  @Override
  public String about() {
    return "Declares a queue; one that is there with the same properties stays as it is.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    topology.putQueue(arguments.name(), arguments.durable(), arguments.args().orElse(Map.of()));
    return Outcome.UNCHANGED;
  }
}
