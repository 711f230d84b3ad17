package io.pipeforce.hub.commands;

import io.pipeforce.EventClient;
import io.pipeforce.hub.broker.BrokerTopology;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.webhook.Webhooks;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** All commands, in the order of the reference. */
public final class Commands {
  private Commands() {}

  /**
   * @param platform what runs services and jobs
   * @param events where messages are sent
   * @param topology where they wait
   * @param topicExchange of the namespace
   * @param login what makes tokens
   * @param webhooks the doors for others
   * @param hub where the hub can be called
   */
  public static List<Command<?>> all(
      Platform platform,
      EventClient events,
      BrokerTopology topology,
      String topicExchange,
      Login login,
      Webhooks webhooks,
      Supplier<URI> hub) {
    List<Command<?>> commands = new ArrayList<>();
    commands.addAll(
        List.of(
            new ServiceStart(platform),
            new ServiceStatusCommand(platform),
            new ServiceStop(platform),
            new JobStart(platform),
            new JobStatusCommand(platform),
            new JobLogs(platform),
            new JobStop(platform),
            new EventSend(events),
            new MessageSend(events),
            new MessageList(topology),
            new MessageQueueFind(topology),
            new MessageQueueGet(topology),
            new MessageQueuePurge(topology),
            new MessageQueuePut(topology),
            new MessageQueueDelete(topology),
            new MessageBindingPut(topology, topicExchange),
            new MessageBindingDelete(topology, topicExchange),
            new MessageExchangePut(topology),
            new MessageExchangeDelete(topology),
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
            new Wait()));
    commands.add(new Help(List.copyOf(commands)));
    return List.copyOf(commands);
  }
}
