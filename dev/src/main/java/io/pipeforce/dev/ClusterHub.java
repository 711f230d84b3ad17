package io.pipeforce.dev;

import io.pipeforce.BrokerAddress;
import io.pipeforce.ConfigurationException;
import io.pipeforce.cli.BrokerChoice;
import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.hub.Hub;
import io.pipeforce.hub.HubAddress;
import io.pipeforce.hub.HubOptions;
import io.pipeforce.hub.HubStartException;
import io.pipeforce.kubernetes.KubernetesPlatform;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a hub runs that has a cluster for its platform: its environment says it, no file does. */
final class ClusterHub {
  private static final String NAMESPACE = "PIPEFORCE_NAMESPACE";
  private static final String SECRET = "PIPEFORCE_HUB_SECRET";
  private static final String BROKER = "PIPEFORCE_MESSAGE_BROKER";
  private static final String URL = "PIPEFORCE_HUB_URL";
  private static final int LETTERS = 16;
  private static final String CLUSTER = ".svc.cluster.local";

  private ClusterHub() {}

  /**
   * Starts it.
   *
   * @throws CommandFailedException when it cannot be
   */
  static Hub start(HubOptions options, Map<String, String> environment) {
    try {
      return Hub.start(options, KubernetesPlatform.source(environment));
    } catch (HubStartException e) {
      throw new CommandFailedException(ExitCode.MISSING, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads it.
   *
   * @param broker what {@code --broker} says
   * @param management what {@code --management} says
   * @throws ConfigurationException that tells all that is missing or wrong
   */
  static HubOptions options(
      String host,
      int port,
      @Nullable String broker,
      Optional<URI> management,
      Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    String namespace = environment.getOrDefault(NAMESPACE, "").strip();
    if (namespace.isEmpty()) {
      problems.add(NAMESPACE + " is missing: the namespace in which services and jobs are to run");
    }
    String secret = environment.getOrDefault(SECRET, "").strip();
    if (secret.length() < LETTERS) {
      problems.add(
          SECRET
              + (secret.isEmpty() ? " is missing" : " is too short")
              + ": the password of the hub's user, "
              + LETTERS
              + " letters at least");
    }
    Optional<BrokerAddress> address = BrokerChoice.named(broker, environment);
    if (address.isEmpty()) {
      problems.add(
          BROKER + " is missing: the broker, amqp://USER:PASSWORD@HOST:PORT, as services reach it");
    }
    Optional<URI> url = url(namespace, environment);
    if (url.isEmpty()) {
      problems.add(URL + " must be http://HOST or https://HOST, without a login or a path");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new HubOptions(
        new HubAddress(host, port, url, names(namespace, environment)),
        address.orElseThrow(),
        management.orElseGet(() -> HubOptions.management(address.orElseThrow())),
        BrokerChoice.of(broker, environment, Optional.empty()).exchange(),
        namespace,
        LocalHub.USER,
        secret,
        true);
  }

  /** By default that of the Service {@code hub}, as services assume it as well. */
  private static Optional<URI> url(String namespace, Map<String, String> environment) {
    String given = environment.getOrDefault(URL, "").strip();
    try {
      URI url =
          URI.create(
              given.isEmpty()
                  ? "http://hub." + (namespace.isEmpty() ? "none" : namespace) + CLUSTER
                  : given.replaceFirst("/+$", ""));
      boolean good =
          url.getHost() != null
              && url.getUserInfo() == null
              && url.getPath().isEmpty()
              && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
      return Optional.of(url).filter(_ -> good);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Those of the Service {@code hub}, and of an Ingress that is named as services' are. */
  private static Set<String> names(String namespace, Map<String, String> environment) {
    Set<String> names = new LinkedHashSet<>();
    names.add("hub");
    names.add("hub." + namespace);
    names.add("hub." + namespace + ".svc");
    names.add("hub." + namespace + CLUSTER);
    String domain = environment.getOrDefault("PIPEFORCE_DOMAIN", "").strip();
    if (!domain.isEmpty()) {
      names.add("hub-" + namespace + "." + domain);
    }
    return names;
  }
}
