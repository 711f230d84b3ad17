package io.pipeforce.hub.commands;

import io.pipeforce.EventClient;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.webhook.Webhooks;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** All commands, in the order of the reference. */
public final class Commands {
  private Commands() {}

  /**
   * @param platform what runs services and jobs
   * @param events where messages are sent
   * @param login what makes tokens
   * @param webhooks the doors for others
   * @param hub where the hub can be called
   */
  public static List<Command<?>> all(
      Platform platform, EventClient events, Login login, Webhooks webhooks, Supplier<URI> hub) {
    return List.of(
        new ServiceStart(platform),
        new ServiceStatusCommand(platform),
        new ServiceStop(platform),
        new JobStart(platform),
        new JobStatusCommand(platform),
        new JobLogs(platform),
        new JobStop(platform),
        new EventSend(events),
        new MessageSend(events),
        new WebhookPut(webhooks, hub),
        new WebhookGet(webhooks, hub),
        new WebhookDelete(webhooks),
        new IamToken(login),
        new IamTokenRefresh(login),
        new HttpRequestCommand("get"),
        new HttpRequestCommand("post"),
        new HttpRequestCommand("put"),
        new HttpRequestCommand("delete"),
        new BodySet(),
        new Set(),
        new Foreach(),
        new Log(),
        new Wait());
  }
}
