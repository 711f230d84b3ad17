package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.webhook.Webhooks;
import java.util.UUID;

/** {@code webhook.delete}. */
final class WebhookDelete implements Command<WebhookDelete.Arguments> {
  private final Webhooks webhooks;

  WebhookDelete(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  record Arguments(@Param("Its token.") String uuid) {}

  @Override
  public String name() {
    return "webhook.delete";
  }

  @Override
  public String about() {
    return "Removes a webhook: its URL fires nothing any more.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    UUID uuid = uuid(arguments);
    if (!webhooks.delete(uuid)) {
      throw new CommandException("there is no webhook " + uuid);
    }
    return Outcome.UNCHANGED;
  }

  private static UUID uuid(Arguments arguments) {
    try {
      return Uuids.parse(arguments.uuid());
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
