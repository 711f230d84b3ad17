package io.pipeforce.hub.commands;

import io.pipeforce.EventClient;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import java.util.List;

/** All commands, in the order of the reference. */
public final class Commands {
  private Commands() {}

  /**
   * @param events where messages are sent
   * @param login what makes tokens
   */
  public static List<Command<?>> all(EventClient events, Login login) {
    return List.of(
        new EventSend(events),
        new MessageSend(events),
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
