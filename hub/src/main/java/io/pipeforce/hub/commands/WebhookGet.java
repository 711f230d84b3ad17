package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.webhook.Webhooks;
import java.net.URI;
import java.util.UUID;
import java.util.function.Supplier;

/** {@code webhook.get}. */
final class WebhookGet implements Command<WebhookGet.Arguments> {
  private final Webhooks webhooks;
  private final Supplier<URI> hub;

  WebhookGet(Webhooks webhooks, Supplier<URI> hub) {
    this.webhooks = webhooks;
    this.hub = hub;
  }

  record Arguments(@Param("Its token.") String uuid) {}

  @Override
  public String name() {
    return "webhook.get";
  }

  @Override
  public String about() {
    return "Answers a webhook and its URL.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    UUID uuid = uuid(arguments);
    return webhooks
        .find(uuid)
        .map(webhook -> Outcome.body(WebhookPut.described(webhook, hub.get())))
        .orElseThrow(() -> new CommandException("there is no webhook " + uuid));
  }

  private static UUID uuid(Arguments arguments) {
    try {
      return Uuids.parse(arguments.uuid());
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
