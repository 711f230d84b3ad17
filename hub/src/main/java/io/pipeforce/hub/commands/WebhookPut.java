package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.webhook.Webhook;
import io.pipeforce.hub.webhook.Webhook.PayloadType;
import io.pipeforce.hub.webhook.Webhooks;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** {@code webhook.put}. */
final class WebhookPut implements Command<WebhookPut.Arguments> {
  private final Webhooks webhooks;
  private final Supplier<URI> hub;

  WebhookPut(Webhooks webhooks, Supplier<URI> hub) {
    this.webhooks = webhooks;
    this.hub = hub;
  }

  record Arguments(
      @Param("Routing key of the event that it fires.") String eventKey,
      @Param("Its token, a UUID; made when missing. The one that is there is replaced.")
          Optional<String> uuid,
      @Param(
              value =
                  "What becomes of the octets that are sent: as they came, in Base64, left out.",
              or = "base64")
          PayloadType payloadType,
      @Param(value = "Octets of the largest payload.", or = "512000") int maxPayloadLength) {}

  @Override
  public String name() {
    return "webhook.put";
  }

  @Override
  public String about() {
    return "Makes or replaces a webhook and answers its URL.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    try {
      UUID uuid = arguments.uuid().map(Uuids::parse).orElseGet(UUID::randomUUID);
      Webhook webhook =
          new Webhook(
              uuid, arguments.eventKey(), arguments.payloadType(), arguments.maxPayloadLength());
      webhooks.put(webhook);
      return Outcome.body(described(webhook, hub.get()));
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  static Map<String, Object> described(Webhook webhook, URI hub) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("uuid", webhook.uuid().toString());
    described.put("eventKey", webhook.eventKey());
    described.put("payloadType", webhook.payloadType().toString());
    described.put("maxPayloadLength", webhook.maxPayloadLength());
    described.put("url", hub + "/api/v3/command/webhook.receive?token=" + webhook.uuid());
    return described;
  }
}
