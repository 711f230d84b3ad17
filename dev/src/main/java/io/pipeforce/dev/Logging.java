package io.pipeforce.dev;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Which of the two logging backends on the class path a command takes; before the first logger is
 * made. A broker that is idle would need a quarter more memory for one that it hardly uses.
 */
final class Logging {
  /** Held, since a level is forgotten with its logger. */
  private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

  private Logging() {}

  /** None. */
  static void off() {
    choose("org.slf4j.nop.NOPServiceProvider");
  }

  /**
   * To standard error: for the person at the terminal, or in a pod for what collects its logs, as
   * services do it.
   */
  static void toTerminal() {
    choose("ch.qos.logback.classic.spi.LogbackServiceProvider");
    if (System.getenv("KUBERNETES_SERVICE_HOST") == null) {
      // Not by the usual name: a service that runs beside it has a configuration of its own.
      System.setProperty("logback.configurationFile", "pi-logback.xml");
    }
    // It logs on its own, how many milliseconds it took to start.
    WEB_SERVER.setLevel(Level.WARNING);
  }

  private static void choose(String provider) {
    System.setProperty("slf4j.provider", provider);
    // It would tell that it did as it was told.
    System.setProperty("slf4j.internal.verbosity", "WARN");
  }
}
