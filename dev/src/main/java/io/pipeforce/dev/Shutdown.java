package io.pipeforce.dev;

import io.pipeforce.cli.ExitCode;

/** Ends the process in order when it is told to by Ctrl-C or SIGTERM: that is how it should end. */
final class Shutdown {
  private Shutdown() {}

  /**
   * Runs this at a signal and then exits with code 0; the JVM would answer 130 or 143. Register it
   * before something is started that has to be stopped, and call {@link #cancel} before exiting
   * with another code.
   */
  static Thread onSignal(Runnable stop) {
    Thread hook =
        Thread.ofPlatform()
            .name("pi-stop")
            .unstarted(() -> {
              try {
                stop.run();
              } finally {
                Runtime.getRuntime().halt(ExitCode.DONE.code());
              }
            });
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  /** Takes it back; answers false when the signal came before. */
  static boolean cancel(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Waits for the signal. */
  static int await() throws InterruptedException {
    Thread.currentThread().join();
    return ExitCode.DONE.code();
  }
}
