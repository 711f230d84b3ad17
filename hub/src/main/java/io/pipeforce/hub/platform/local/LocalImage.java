package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.ImageLabels;
import io.pipeforce.image.ImageConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An image that is here and unpacked.
 *
 * @param digest which one exactly
 * @param root where its files are; never written to
 * @param config what it says about itself
 */
record LocalImage(String digest, Path root, ImageConfig config) {
  /** The port of {@code /health/ready} unless it is told another; empty when it has none. */
  Optional<Integer> healthPort() {
    return labels().healthPort();
  }

  /** How long a handler, and so a stop, may take. */
  Duration longestHandler() {
    return labels().longestHandler();
  }

  /** Octets of memory that an instance may take. */
  long memory() {
    return labels().memory();
  }

  /** How long a job may take. */
  Duration longestJob() {
    return labels().longestJob();
  }

  private ImageLabels labels() {
    return ImageLabels.of(config);
  }

  /**
   * @throws IllegalArgumentException when a label is not what it should be
   */
  LocalImage checked() {
    labels();
    return this;
  }
}
