package io.pipeforce.hub.platform;

import java.io.IOException;
import java.time.Duration;

/** A platform as its contract sees it, and what is around it. */
public interface PlatformUnderTest extends AutoCloseable {
  /** Of the hub that runs. */
  Platform platform();

  /** In which its services and jobs are. */
  String namespace();

  /**
   * The whole name of one of the {@link ContractImages}; of another one, a name that is nowhere.
   *
   * @param name its short name
   */
  String image(String name);

  /** Where an ingress is reached. */
  String url(String ingress);

  /** What one is told to do when an image is nowhere. */
  String remedyForAbsentImage();

  /**
   * Sends a request to a service, as those do that know it by its name.
   *
   * @return the body of the answer
   * @throws IOException when none comes
   */
  String ask(String service, String path) throws IOException, InterruptedException;

  /** Kills the hub; services and jobs go on. */
  void kill();

  /** Waits until a job has ended, as it does while no hub is there. */
  void awaitEndWithoutHub(String job);

  /** Starts the next hub. */
  void start();

  /** Kills the hub and starts the next one. */
  default void restart() {
    kill();
    start();
  }

  /** How long it may take until all see what a call has done that has returned. */
  Duration settling();

  /** Whether what a service wrote can be read when it has been stopped. */
  boolean keepsLogsOfStopped();

  /** Ends all that runs, and the hub. */
  @Override
  void close();
}
