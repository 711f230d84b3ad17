package io.pipeforce.hub.platform.local;

import io.pipeforce.image.ImageConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * An image that is here and unpacked.
 *
 * @param digest which one exactly
 * @param root where its files are; never written to
 * @param config what it says about itself
 */
record LocalImage(String digest, Path root, ImageConfig config) {
  private static final long USUAL_MEMORY = 512L << 20;
  private static final Duration USUAL_JOB = Duration.ofHours(24);
  private static final Duration USUAL_DURATION = Duration.ofSeconds(30);

  /** The port of {@code /health/ready} unless it is told another; empty when it has none. */
  Optional<Integer> healthPort() {
    return label("health-port").map(Integer::valueOf);
  }

  /** How long a handler, and so a stop, may take. */
  Duration longestHandler() {
    return label("max-duration").map(Duration::parse).orElse(USUAL_DURATION);
  }

  /** Octets of memory that an instance may take. */
  long memory() {
    return label("memory").map(Long::valueOf).orElse(USUAL_MEMORY);
  }

  /** How long a job may take. */
  Duration longestJob() {
    return label("max-job-duration").map(Duration::parse).orElse(USUAL_JOB);
  }

  private Optional<String> label(String name) {
    return Optional.ofNullable(config.labels().get("io.pipeforce." + name));
  }

  /**
   * @throws IllegalArgumentException when a label is not what it should be
   */
  LocalImage checked() {
    try {
      healthPort();
      longestHandler();
      longestJob();
      memory();
      return this;
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "a label io.pipeforce.… of the image %s is wrong: %s".formatted(digest, e.getMessage()),
          e);
    }
  }
}
