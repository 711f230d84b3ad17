package io.pipeforce.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an image says about the process that runs it.
 *
 * @param entrypoint first part of the command line; may be empty
 * @param command second part of the command line, which whoever starts it may replace; may be empty
 * @param workingDirectory absolute path in the image; {@code /} when the image says none
 * @param environment variables the process gets
 * @param labels what the image says about itself, for example {@link #HEALTH_PORT}
 */
public record ImageConfig(
    List<String> entrypoint,
    List<String> command,
    String workingDirectory,
    Map<String, String> environment,
    Map<String, String> labels) {

  /** Label: the port that answers {@code /health/live} and {@code /health/ready}. */
  public static final String HEALTH_PORT = "io.pipeforce.health-port";

  /** Label: how long a handler may take at most, and so a stop; ISO 8601, such as {@code PT30S}. */
  public static final String MAX_DURATION = "io.pipeforce.max-duration";

  /** Label: memory that it needs, in bytes. */
  public static final String MEMORY = "io.pipeforce.memory";

  /** Label: {@code none} for an image without a base, which the JDK of this machine runs. */
  public static final String BASE = "io.pipeforce.base";

  /** Copies. */
  public ImageConfig {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    labels = Map.copyOf(labels);
    if (!workingDirectory.startsWith("/")) {
      throw new IllegalArgumentException(
          "the working directory of an image must be an absolute path, was: " + workingDirectory);
    }
  }

  ImageConfig withLabel(String label, String value) {
    Map<String, String> more = new HashMap<>(labels);
    more.put(label, value);
    return new ImageConfig(entrypoint, command, workingDirectory, environment, more);
  }

  /** Whether there is an operating system and a Java in it, or only the service. */
  public boolean hasBase() {
    return !"none".equals(labels.get(BASE));
  }
}
