package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import java.util.Optional;

/** {@code message.queue.find}. */
final class MessageQueueFind implements Command<MessageQueueFind.Arguments> {
  private final BrokerTopology topology;

  MessageQueueFind(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(
      @Param("A part of their names; when missing, all of them.") Optional<String> name) {}

  @Override
  public String name() {
    return "message.queue.find";
  }

  @Override
  public String about() {
    return "Answers the queues of the broker, with how many messages wait and how many consumers there are.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    String part = arguments.name().orElse("");
    return Outcome.body(topology.queues(name -> name.contains(part)));
  }
}
