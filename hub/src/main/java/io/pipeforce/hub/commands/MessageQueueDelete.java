package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.queue.delete}. */
final class MessageQueueDelete implements Command<MessageQueueDelete.Arguments> {
  private final BrokerTopology topology;

  MessageQueueDelete(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(@Param("Its name.") String name) {}

  @Override
  public String name() {
    return "message.queue.delete";
  }

  @Override
  public String about() {
    return "Deletes a queue with all that is in it.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (!topology.deleteQueue(arguments.name())) {
      throw new CommandException("there is no queue " + arguments.name());
    }
    return Outcome.UNCHANGED;
  }
}
