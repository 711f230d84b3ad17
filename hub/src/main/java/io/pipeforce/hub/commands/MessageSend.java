package io.pipeforce.hub.commands;

import io.pipeforce.EventClient;
import io.pipeforce.MessagingException;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.pipeline.Values;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;

/** {@code message.send}. */
final class MessageSend implements Command<MessageSend.Arguments> {
  private final EventClient events;

  MessageSend(EventClient events) {
    this.events = events;
  }

  record Arguments(
      @Param("Routing key.") String key,
      @Param("What to send; when missing, the body.") Given payload,
      @Param("Exchange; when missing, the topic exchange of the namespace.")
          Optional<String> exchange,
      @Param("Headers of the message.") Optional<Map<String, String>> headers,
      @Param(value = "Content type of the payload.", or = "application/json") String contentType,
      @Param(value = "Character set of a text.", or = "UTF-8") String encoding) {}

  @Override
  public String name() {
    return "message.send";
  }

  @Override
  public String about() {
    return "Publishes a message and answers when the broker has confirmed it.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    try {
      Object payload = Payloads.of(arguments.payload(), scope);
      byte[] octets =
          payload instanceof byte[] already
              ? already
              : Values.text(payload).getBytes(Charset.forName(arguments.encoding()));
      OutgoingMessage message =
          OutgoingMessage.of(arguments.key(), octets).withContentType(arguments.contentType());
      if (arguments.exchange().isPresent()) {
        message = message.withExchange(arguments.exchange().get());
      }
      for (var header : arguments.headers().orElse(Map.of()).entrySet()) {
        message = message.withHeader(header.getKey(), header.getValue());
      }
      events.send(message);
      return Outcome.UNCHANGED;
    } catch (MessagingException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
