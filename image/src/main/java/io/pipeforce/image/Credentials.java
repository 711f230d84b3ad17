package io.pipeforce.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may pull from or push to a registry.
 *
 * @param user name
 * @param password or token
 */
public record Credentials(String user, String password) {

  /**
   * What {@code docker login} or {@code podman login} has kept for the registry of an image,
   * credential helpers included: in {@code $DOCKER_CONFIG/config.json} or {@code
   * ~/.docker/config.json}, else in {@code $REGISTRY_AUTH_FILE} or {@code
   * $XDG_RUNTIME_DIR/containers/auth.json}.
   *
   * @param environment of the process
   * @throws ImageException when such a file is there and cannot be read
   */
  public static Optional<Credentials> ofUser(ImageName name, Map<String, String> environment)
      throws ImageException {
    for (Path file : files(environment)) {
      Optional<Credentials> found = in(file, name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static List<Path> files(Map<String, String> environment) {
    List<Path> files = new ArrayList<>();
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    files.add(
        (docker.isEmpty() ? Path.of(home, ".docker") : Path.of(docker)).resolve("config.json"));
    String podman = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!podman.isEmpty()) {
      files.add(Path.of(podman));
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isEmpty()) {
      files.add(Path.of(runtime, "containers", "auth.json"));
    }
    return files;
  }

  private static Optional<Credentials> in(Path file, ImageName name) throws ImageException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ImageReference reference =
        ImageReference.of(Registry.host(name), name.repository(), name.tag());
    try {
      return CredentialRetrieverFactory.forImage(reference, _ -> {})
          .dockerConfig(file)
          .retrieve()
          .map(found -> new Credentials(found.getUsername(), found.getPassword()));
    } catch (CredentialRetrievalException e) {
      throw new ImageException(
          "the credentials in " + file + " cannot be read (" + e.getMessage() + "); log in again",
          e);
    }
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
