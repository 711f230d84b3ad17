package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.queue.get}. */
final class MessageQueueGet implements Command<MessageQueueGet.Arguments> {
  private final BrokerTopology topology;

  MessageQueueGet(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(@Param("Its name.") String name) {}

  @Override
  public String name() {
    return "message.queue.get";
  }

  @Override
  public String about() {
    return "Answers a queue, with how many messages wait and how many consumers it has.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    return topology
        .queue(arguments.name())
        .map(Outcome::body)
        .orElseThrow(() -> new CommandException("there is no queue " + arguments.name()));
  }
}
