package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.binding.delete}. */
final class MessageBindingDelete implements Command<BindingArguments> {
  private final BrokerTopology topology;
  private final String topicExchange;

  MessageBindingDelete(BrokerTopology topology, String topicExchange) {
    this.topology = topology;
    this.topicExchange = topicExchange;
  }

  @Override
  public String name() {
    return "message.binding.delete";
  }

  @Override
  public String about() {
    return "Takes a binding away.";
  }

  @Override
  public Class<BindingArguments> arguments() {
    return BindingArguments.class;
  }

  @Override
  public Outcome run(BindingArguments arguments, Scope scope) {
    if (!topology.unbind(arguments.binding(topicExchange))) {
      throw new CommandException(
          "there is no such binding of the %s %s"
              .formatted(arguments.destinationType(), arguments.destinationName()));
    }
    return Outcome.UNCHANGED;
  }
}
