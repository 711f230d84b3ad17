package io.pipeforce.internal.logging;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A service's main method as far as logging goes, run by the test in a JVM of its own. */
final class LoggingProgram {
  private LoggingProgram() {}

  public static void main(String[] arguments) {
    Logger logger = LoggerFactory.getLogger("service.HelloService");
    System.out.println("printed by a handler");
    MDC.put("key", "order.\"created\"");
    logger
        .atInfo()
        .addKeyValue("attempt", 2)
        .addKeyValue("logger", "mine")
        .log("handled {}", "ä\t");
    MDC.clear();
    logger.debug("details");
    logger.warn("two\n12:00:00.000 ERROR lines");
    logger.error("failed", new IllegalStateException("outer", new RuntimeException("inner\u0001")));
    LoggerFactory.getLogger("com.rabbitmq.client.impl.ForgivingExceptionHandler").error("noise");
  }
}
