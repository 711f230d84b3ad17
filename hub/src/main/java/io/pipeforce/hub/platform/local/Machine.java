package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.Names;
import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What all instances on this machine have in common.
 *
 * @param state where everything is kept
 * @param namespace in which they are
 * @param broker the URI of their broker, with its login
 * @param exchange the topic exchange
 * @param hub where the hub is called
 * @param secret the hub's API token, for them
 */
public record Machine(
    Path state,
    String namespace,
    String broker,
    String exchange,
    Supplier<URI> hub,
    String secret) {
  static final String SUFFIX = ".json";

  public Machine {
    Names.label("namespace", namespace);
    state = state.toAbsolutePath().normalize();
  }

  StateFile<Version> serviceFile(String service) {
    return new StateFile<>(services().resolve(service + SUFFIX), Version.class);
  }

  Path services() {
    return state.resolve("services");
  }

  Path instances() {
    return state.resolve("instances");
  }

  Path instances(String service) {
    return instances().resolve(service);
  }

  Path logs(String service) {
    return state.resolve("logs").resolve(service);
  }

  Path volumes(String service) {
    return state.resolve("volumes").resolve(service);
  }

  Path jobs() {
    return state.resolve("jobs");
  }

  /** What an instance gets unless it is told otherwise. */
  Map<String, String> environment(String name, LocalImage image) {
    Map<String, String> environment = new LinkedHashMap<>(image.config().environment());
    environment.put("PIPEFORCE_SERVICE", name);
    environment.put("PIPEFORCE_NAMESPACE", namespace);
    environment.put("PIPEFORCE_MESSAGE_BROKER", broker);
    environment.put("PIPEFORCE_MESSAGING_DEFAULT_TOPIC", exchange);
    environment.put("PIPEFORCE_HUB_URL", hub.get().toString());
    environment.put("PIPEFORCE_SECRET", "Apitoken " + secret);
    // The heap is a share of this: what is above the limit as a whole is killed.
    environment.merge("JAVA_OPTS", "-XX:MaxRAM=" + image.memory(), (own, ours) -> own + " " + ours);
    return environment;
  }

  /** Where an ingress is reached; names below {@code localhost} are this machine (RFC 6761). */
  String ingress(String ingress) {
    return "http://%s.localhost:%d".formatted(label(ingress), hub.get().getPort());
  }

  /** The first part of an ingress's host name. */
  String label(String ingress) {
    return ingress + "-" + namespace;
  }

  /**
   * Tells whether an instance was started in the same surroundings; nothing can be read from it.
   */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : List.of(broker, exchange, hub.get().toString(), secret)) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free: " + e.getMessage(), e);
    }
  }

  /** Without broker and secret. */
  @Override
  public String toString() {
    return "Machine[" + state + ", namespace " + namespace + "]";
  }
}
