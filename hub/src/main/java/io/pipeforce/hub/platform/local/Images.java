package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.Platform.PullSecret;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets images ready to run. Thread-safe. */
final class Images {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  private final ImageStore store;
  private final Map<String, String> environment;

  /**
   * @param environment names the registry of the namespace
   */
  Images(ImageStore store, Map<String, String> environment) {
    this.store = store;
    this.environment = environment;
  }

  /**
   * @throws PlatformException when it cannot be had
   * @throws IllegalArgumentException when the name is none
   */
  LocalImage get(String image, PullPolicy policy, Optional<PullSecret> secret) {
    ImageName name = ImageName.parse(image, environment);
    try {
      Optional<StoredImage> here = store.find(name);
      StoredImage stored;
      if (policy == PullPolicy.NEVER || name.isLocal()) {
        stored = here.orElseThrow(() -> missing(name));
      } else if (policy == PullPolicy.IF_NOT_PRESENT && here.isPresent()) {
        stored = here.get();
      } else {
        stored =
            store.pull(
                name,
                secret.isPresent()
                    ? secret.map(Images::credentials)
                    : Credentials.ofUser(name, environment),
                LOG::info);
      }
      return new LocalImage(stored.digest(), store.unpack(stored), stored.config()).checked();
    } catch (IOException e) {
      throw new PlatformException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PlatformException missing(ImageName name) {
    return new PlatformException(
        "there is no image %s on this machine; build it with pi image build, or see what is there with pi image list"
            .formatted(name));
  }

  private static Credentials credentials(PullSecret secret) {
    int colon = secret.text().indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "imagePullSecret must be USER:PASSWORD on this platform; without it the login of docker or podman is used");
    }
    return new Credentials(secret.text().substring(0, colon), secret.text().substring(colon + 1));
  }
}
