package io.pipeforce.hub.platform;

/** How a hub gets what it runs services on. */
@FunctionalInterface
public interface PlatformSource {
  /**
   * Opens the platform; whoever calls it closes it.
   *
   * @throws PlatformException when it cannot be had; tells what to do
   */
  Platform open(Surroundings surroundings);
}
