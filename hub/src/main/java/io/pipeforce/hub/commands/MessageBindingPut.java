package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.binding.put}. */
final class MessageBindingPut implements Command<BindingArguments> {
  private final BrokerTopology topology;
  private final String topicExchange;

  MessageBindingPut(BrokerTopology topology, String topicExchange) {
    this.topology = topology;
    this.topicExchange = topicExchange;
  }

  @Override
  public String name() {
    return "message.binding.put";
  }

  @Override
  public String about() {
    return "Binds a queue or an exchange to an exchange; a binding that is there stays as it is.";
  }

  @Override
  public Class<BindingArguments> arguments() {
    return BindingArguments.class;
  }

  @Override
  public Outcome run(BindingArguments arguments, Scope scope) {
    topology.bind(arguments.binding(topicExchange));
    return Outcome.UNCHANGED;
  }
}
