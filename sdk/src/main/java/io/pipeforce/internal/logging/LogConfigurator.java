package io.pipeforce.internal.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jspecify.annotations.Nullable;

/**
 * Configures logback unless the service brings a {@code logback.xml}, {@code logback-test.xml},
 * {@code -Dlogback.configurationFile} or a configurator of its own.
 *
 * <p>All logs go to standard error, inside and outside of a cluster: standard output belongs to
 * what handlers and tests print. Log collectors that take standard error for errors read the JSON's
 * {@code severity} instead.
 *
 * <p>{@code PIPEFORCE_LOG_LEVEL} sets the level (TRACE, DEBUG, INFO, WARN, ERROR, OFF), by default
 * INFO.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  /** For the service loader. */
  public LogConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (new FileSearch(context).found()) {
      return ExecutionStatus.NEUTRAL;
    }
    @Nullable String asked = System.getenv("PIPEFORCE_LOG_LEVEL");
    @Nullable Level level =
        asked == null || asked.isBlank() ? Level.INFO : Level.toLevel(asked.strip(), null);

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level == null ? Level.INFO : level);
    if (root.getLevel().isGreaterOrEqual(Level.INFO)) {
      // The supervisor tells of every loss and what it does about it; the client library would
      // repeat each with a stack trace.
      context.getLogger("com.rabbitmq").setLevel(Level.OFF);
    }
    root.addAppender(appender(context));
    if (level == null) {
      context
          .getLogger("io.pipeforce")
          .warn(
              "PIPEFORCE_LOG_LEVEL: '{}' is no level, INFO is used; set TRACE, DEBUG, INFO, WARN,"
                  + " ERROR or OFF",
              asked);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> appender(LoggerContext context) {
    boolean inCluster = System.getenv("KUBERNETES_SERVICE_HOST") != null;
    Encoder<ILoggingEvent> encoder = inCluster ? new JsonLines() : new ReadableLines();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  /** Configurators of the service loader run before logback looks for files: its own rule. */
  private static final class FileSearch extends DefaultJoranConfigurator {
    FileSearch(LoggerContext context) {
      setContext(context);
    }

    boolean found() {
      return performMultiStepConfigurationFileSearch(false) != null;
    }
  }
}
