package io.pipeforce.internal.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** {@code 09:05:03.007 INFO HelloService message key=order.created attempt=1}. */
final class ReadableLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  private final ZoneId zone = ZoneId.systemDefault();

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    LocalTime time = LocalTime.ofInstant(event.getInstant(), zone);
    padded(line, time.getHour(), 2).append(':');
    padded(line, time.getMinute(), 2).append(':');
    padded(line, time.getSecond(), 2).append('.');
    padded(line, time.getNano() / 1_000_000, 3).append(' ');
    String level = event.getLevel().toString();
    line.append(level).repeat(' ', Math.max(0, 6 - level.length()));
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append("  ");
    // Text from outside must not be able to look like a line of its own.
    String message = String.valueOf(event.getFormattedMessage());
    line.append(message.stripTrailing().replaceAll("\\R", "\n    "));
    String separator = "  ";
    for (Map.Entry<String, String> field : event.getMDCPropertyMap().entrySet()) {
      separator = field(line, separator, field.getKey(), field.getValue());
    }
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
      separator = field(line, separator, pair.key, String.valueOf(pair.value));
    }
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(ThrowableProxyUtil.asString(thrown));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static String field(StringBuilder line, String separator, String name, String value) {
    line.append(separator).append(name).append('=').append(value.replaceAll("\\R", " "));
    return " ";
  }

  private static StringBuilder padded(StringBuilder line, int number, int digits) {
    String text = Integer.toString(number);
    return line.repeat('0', digits - text.length()).append(text);
  }
}
