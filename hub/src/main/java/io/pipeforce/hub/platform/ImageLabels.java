package io.pipeforce.hub.platform;

import io.pipeforce.image.ImageConfig;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an image says about how it is run, by its labels {@code io.pipeforce.…}.
 *
 * @param healthPort of {@code /health/ready} and {@code /health/live} unless it is told another;
 *     empty when it has none
 * @param longestHandler how long a handler, and so a stop, may take; by default 30 seconds
 * @param memory octets that an instance may take; by default 512 MiB
 * @param longestJob how long a job may take; by default a day
 */
public record ImageLabels(
    Optional<Integer> healthPort, Duration longestHandler, long memory, Duration longestJob) {
  private static final Duration USUAL_DURATION = Duration.ofSeconds(30);
  private static final long USUAL_MEMORY = 512L << 20;
  private static final Duration USUAL_JOB = Duration.ofHours(24);

  /** Of an image about which nothing is known. */
  public static final ImageLabels NONE =
      new ImageLabels(Optional.empty(), USUAL_DURATION, USUAL_MEMORY, USUAL_JOB);

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException when one is not what it should be
   */
  public static ImageLabels of(ImageConfig config) {
    Map<String, String> labels = config.labels();
    return new ImageLabels(
        read(labels, "health-port", Integer::valueOf),
        read(labels, "max-duration", Duration::parse).orElse(USUAL_DURATION),
        read(labels, "memory", Long::valueOf).orElse(USUAL_MEMORY),
        read(labels, "max-job-duration", Duration::parse).orElse(USUAL_JOB));
  }

  private static <T> Optional<T> read(
      Map<String, String> labels, String name, Function<String, T> parser) {
    String key = "io.pipeforce." + name;
    try {
      return Optional.ofNullable(labels.get(key)).map(parser);
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "the image's label %s is wrong: %s".formatted(key, labels.get(key)), e);
    }
  }
}
