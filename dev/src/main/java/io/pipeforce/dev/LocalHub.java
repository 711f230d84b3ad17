package io.pipeforce.dev;

import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.hub.Hub;
import io.pipeforce.hub.HubAddress;
import io.pipeforce.hub.HubOptions;
import io.pipeforce.hub.HubStartException;
import io.pipeforce.hub.platform.local.LocalPlatform;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import io.pipeforce.image.ImageStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * A hub for this machine, started as a command does it.
 *
 * @param secret its API token
 */
record LocalHub(Hub hub, String secret) {
  /** The name of the hub's one user. */
  static final String USER = "pipeforce";

  /**
   * Starts it.
   *
   * @param management URL of the broker's management API
   * @param state folder for what it keeps, its secret too
   * @param atClose what becomes of its services and jobs when it is closed
   * @throws CommandFailedException when it cannot be
   */
  static LocalHub start(
      HubAddress address, BrokerChoice broker, URI management, Path state, AtClose atClose)
      throws IOException {
    String secret = HubSecret.in(state);
    try {
      return new LocalHub(
          Hub.start(
              new HubOptions(
                  address,
                  broker.address(),
                  management,
                  broker.exchange(),
                  namespace(),
                  USER,
                  secret,
                  false),
              LocalPlatform.source(state, ImageStore.ofUser(System.getenv()), atClose)),
          secret);
    } catch (HubStartException e) {
      throw new CommandFailedException(ExitCode.MISSING, String.valueOf(e.getMessage()), e);
    }
  }

  private static String namespace() {
    String given = System.getenv().getOrDefault("PIPEFORCE_NAMESPACE", "");
    return given.isBlank() ? "local" : given;
  }
}
