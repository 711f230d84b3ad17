package io.pipeforce.hub.commands;

import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;

/** {@code message.exchange.delete}. */
final class MessageExchangeDelete implements Command<MessageExchangeDelete.Arguments> {
  private final BrokerTopology topology;

  MessageExchangeDelete(BrokerTopology topology) {
    this.topology = topology;
  }

  record Arguments(@Param("Its name.") String exchange) {}

  @Override
  public String name() {
    return "message.exchange.delete";
  }

  @Override
  public String about() {
    return "Deletes an exchange and its bindings.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (!topology.deleteExchange(arguments.exchange())) {
      throw new CommandException("there is no exchange " + arguments.exchange());
    }
    return Outcome.UNCHANGED;
  }
}
