package io.pipeforce.dev;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Which of the two logging backends on the class path a command takes; before the first logger is
 * made. A broker that is idle would need a quarter more memory for one that it hardly uses.
 */
final class Logging {
  /** Kept, or the JDK would forget its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private Logging() {}

  /** None. */
  static void off() {
    choose("org.slf4j.nop.NOPServiceProvider");
  }

  /** To standard error, for the person at the terminal. */
  static void toTerminal() {
    choose("ch.qos.logback.classic.spi.LogbackServiceProvider");
    // Not by the usual name: a service that runs beside it has a configuration of its own.
    System.setProperty("logback.configurationFile", "pi-logback.xml");
    // The web server tells each of its steps, through the JDK's own logging.
    HELIDON.setLevel(Level.WARNING);
  }

  private static void choose(String provider) {
    System.setProperty("slf4j.provider", provider);
    // It would tell that it did as it was told.
    System.setProperty("slf4j.internal.verbosity", "WARN");
  }
}
