package io.pipeforce.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands that call a hub take. */
final class HubOption {
  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "The hub of this pi login; dev and hub are the running pi dev and pi hub.")
  private @Nullable String profile;

  @Option(names = "--json", description = "Print the answer as it came.")
  private boolean json;

  HubClient client() {
    return HubClient.of(profile, System.getenv());
  }

  boolean json() {
    return json;
  }
}
