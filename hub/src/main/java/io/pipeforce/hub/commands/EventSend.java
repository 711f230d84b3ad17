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
import java.time.Duration;
import java.util.Optional;

/** {@code event.send}. */
final class EventSend implements Command<EventSend.Arguments> {
  private static final Duration MOST = Duration.ofMinutes(30);

  private final EventClient events;

  EventSend(EventClient events) {
    this.events = events;
  }

  record Arguments(
      @Param("Routing key: words with points between them.") String key,
      @Param("What happened; when missing, the body.") Given payload,
      @Param("Travels along as the header traceId.") Optional<String> traceId,
      @Param(
              value =
                  "true: answers when the broker has the event; false: waits for a handler's"
                      + " answer, which becomes the body (see timeout).",
              or = "true")
          boolean async) {}

  @Override
  public String name() {
    return "event.send";
  }

  @Override
  public String about() {
    return "Publishes an event to the topic exchange of the namespace.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    try {
      OutgoingMessage event =
          OutgoingMessage.of(arguments.key(), Payloads.of(arguments.payload(), scope));
      if (arguments.traceId().isPresent()) {
        event = event.withHeader("traceId", arguments.traceId().get());
      }
      if (arguments.async()) {
        events.send(event);
        return Outcome.UNCHANGED;
      }
      return Outcome.body(Payloads.read(events.request(event, MOST)));
    } catch (MessagingException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
