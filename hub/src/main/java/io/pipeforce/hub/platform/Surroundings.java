package io.pipeforce.hub.platform;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What all instances and jobs of a hub have in common.
 *
 * @param namespace in which they are
 * @param broker the URI of their broker, with its login
 * @param management URL of the broker's management API, without {@code /api} and login
 * @param exchange the topic exchange
 * @param hub where the hub is called; to be asked when it listens, not before
 * @param secret the hub's API token, for them
 */
public record Surroundings(
    String namespace,
    String broker,
    URI management,
    String exchange,
    Supplier<URI> hub,
    String secret) {
  public Surroundings {
    Names.label("namespace", namespace);
  }

  /** The variables by which a service or job of this name knows where it is. */
  public Map<String, String> environment(String name) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PIPEFORCE_SERVICE", name);
    environment.put("PIPEFORCE_NAMESPACE", namespace);
    environment.put("PIPEFORCE_MESSAGE_BROKER", broker);
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", exchange);
    environment.put("PIPEFORCE_HUB_URL", hub.get().toString());
    environment.put("PIPEFORCE_SECRET", "Apitoken " + secret);
    return environment;
  }

  /** Without broker and secret. */
  @Override
  public String toString() {
    return "Surroundings[namespace " + namespace + "]";
  }
}
