package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * This machine as the place of services and jobs.
 *
 * @param state where everything is kept
 * @param surroundings of them all
 */
record Machine(Path state, Surroundings surroundings) {
  static final String SUFFIX = ".json";

  Machine {
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
    environment.putAll(surroundings.environment(name));
    // The heap is a share of this: what is above the limit as a whole is killed.
    environment.merge("JAVA_OPTS", "-XX:MaxRAM=" + image.memory(), (own, ours) -> own + " " + ours);
    return environment;
  }

  /** Where an ingress is reached; names below {@code localhost} are this machine (RFC 6761). */
  String ingress(String ingress) {
    return "http://%s.localhost:%d".formatted(label(ingress), surroundings.hub().get().getPort());
  }

  /** The first part of an ingress's host name. */
  String label(String ingress) {
    return ingress + "-" + surroundings.namespace();
  }

  /**
   * Tells whether an instance was started in the same surroundings; nothing can be read from it.
   */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : surroundings.environment("").values()) {
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
}
