package io.pipeforce.dev.child;

import io.pipeforce.ServiceRuntime;
import java.io.IOException;

/**
 * The main class of a service under {@code pi dev}: the service as it is, bound to the life of the
 * {@code pi dev} that started it. Standard input is a pipe that {@code pi dev} holds open: when it
 * ends, however that came about, the service stops as on SIGTERM, so nothing is left behind.
 */
public final class ServiceProcess {
  private ServiceProcess() {}

  /** Runs the services on the class path. */
  public static void main(String[] arguments) throws InterruptedException {
    Thread.ofPlatform().daemon().name("pi-dev-watch").start(ServiceProcess::stopWithParent);
    ServiceRuntime.main(arguments);
  }

  private static void stopWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent; only the end counts.
      }
    } catch (IOException e) {
      // The pipe broke: the same as its end.
    }
    System.exit(0);
  }
}
