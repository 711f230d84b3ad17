package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.ImageLabels;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageException;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.RemoteImage;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what is to be known of an image before a node pulls it. Thread-safe. */
final class Images {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  private final Map<String, String> environment;

  /**
   * @param environment names the registry of the namespace
   */
  Images(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * @throws PlatformException when the name stands for no registry
   * @throws IllegalArgumentException when it is no name
   */
  ImageName name(String image) {
    ImageName name = ImageName.parse(image, environment);
    if (name.isLocal()) {
      throw new PlatformException(
          "%s is in no registry from which a cluster could pull it; set PIPEFORCE_REGISTRY of the hub to the registry of the namespace, and push it there with pi image push"
              .formatted(name));
    }
    return name;
  }

  /**
   * Asks the registry, without a login by that of the process's user, so that pods run exactly this
   * image, and by what its labels say. An image that the nodes may have without a registry is taken
   * as it is when the registry does not tell.
   *
   * @throws PlatformException when it cannot be had
   */
  PodImage get(ImageName name, PullPolicy policy, Optional<Credentials> credentials) {
    if (policy == PullPolicy.NEVER) {
      return unknown(name);
    }
    try {
      RemoteImage image =
          RemoteImage.look(
              name,
              credentials.isPresent() ? credentials : Credentials.ofUser(name, environment),
              environment);
      return new PodImage(
          image.pinned().toString(),
          Optional.of(image.digest()),
          ImageLabels.of(image.config()),
          user(image));
    } catch (ImageException e) {
      if (policy == PullPolicy.IF_NOT_PRESENT) {
        LOG.warn("{} is run without its labels being known: {}", name, e.getMessage());
        return unknown(name);
      }
      throw new PlatformException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PodImage unknown(ImageName name) {
    return new PodImage(name.toString(), Optional.empty(), ImageLabels.NONE, PodImage.USUAL_USER);
  }

  /** A number other than 0; the user database of an image is for its own processes. */
  private static long user(RemoteImage image) {
    return image
        .user()
        .map(text -> text.split(":", 2)[0])
        .filter(text -> text.matches("[1-9][0-9]{0,9}"))
        .map(Long::valueOf)
        .orElse(PodImage.USUAL_USER);
  }
}
