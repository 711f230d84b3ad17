package io.pipeforce.image;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a registry says about an image, without any of its layers being fetched.
 *
 * @param name with which it was asked for
 * @param digest {@code sha256:…} of what the name stands for now, for one platform or for several
 * @param config how to run it on a machine like this one
 * @param user name or number of the user that the image's process is; empty when it says none
 */
public record RemoteImage(
    ImageName name, String digest, ImageConfig config, Optional<String> user) {

  /**
   * Asks the registry; takes as long as a few requests do. Registries on this machine may speak
   * plain HTTP, and so may the one of the namespace when {@code PIPEFORCE_REGISTRY} begins with
   * {@code http://}.
   *
   * @param environment of the process
   * @throws ImageException when it is not there, may not be seen, or the registry does not answer
   */
  public static RemoteImage look(
      ImageName name, Optional<Credentials> credentials, Map<String, String> environment)
      throws ImageException {
    boolean plain = name.isOnThisMachine() || name.registry().equals(plainRegistry(environment));
    try (Registry registry = Registry.toPull(name, credentials, plain)) {
      String digest = registry.digest();
      JsonNode document = Manifest.parse(registry.bytes(registry.manifest().config()));
      String user = document.path("config").path("User").asString("");
      return new RemoteImage(
          name,
          digest,
          Manifest.configOf(document),
          Optional.of(user).filter(text -> !text.isEmpty()));
    }
  }

  private static String plainRegistry(Map<String, String> environment) {
    String ours = environment.getOrDefault("PIPEFORCE_REGISTRY", "").strip();
    return ours.startsWith("http://") ? ours.substring("http://".length()).split("/", 2)[0] : "";
  }

  /** Its name with the digest, so that it stays the same image whatever is pushed later. */
  public ImageName pinned() {
    return new ImageName(name.registry(), name.repository(), name.tag(), Optional.of(digest));
  }
}
