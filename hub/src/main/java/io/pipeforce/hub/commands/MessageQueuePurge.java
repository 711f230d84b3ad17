package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.queue.purge}. */
final class MessageQueuePurge implements Command<MessageQueuePurge.Arguments> {
  private final BrokerTopology topology;

  MessageQueuePurge(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(@Param("Its name.") String name) {}

  @Override
  public String name() {
    return "message.queue.purge";
  }

  @Override
  public String about() {
    return "Throws away all messages that wait in a queue.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (!topology.purge(arguments.name())) {
      throw new CommandException("there is no queue " + arguments.name());
    }
    return Outcome.UNCHANGED;
  }
}
