package io.pipeforce.internal.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per event: {@code timestamp}, {@code severity}, {@code logger}, {@code thread},
 * {@code message}, {@code stack_trace}, then the fields of the MDC and of the log call. The names
 * {@code severity}, {@code message} and {@code stack_trace} are those that <a
 * href="https://cloud.google.com/logging/docs/structured-logging">Google Cloud Logging</a> reads.
 *
 * <p>Written by hand: JSON libraries take longer to load than a service may take to start.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};
  private static final String HEX = "0123456789abcdef";

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("timestamp", event.getInstant());
    fields.put("severity", severity(event.getLevel()));
    fields.put("logger", event.getLoggerName());
    if (!event.getThreadName().isEmpty()) {
      fields.put("thread", event.getThreadName());
    }
    fields.put("message", event.getFormattedMessage());
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      fields.put("stack_trace", ThrowableProxyUtil.asString(thrown));
    }
    event.getMDCPropertyMap().forEach((name, value) -> add(fields, name, value));
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> add(fields, pair.key, pair.value));
    }
    return json(fields).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static String severity(Level level) {
    return switch (level.toInt()) {
      case Level.TRACE_INT, Level.DEBUG_INT -> "DEBUG";
      case Level.WARN_INT -> "WARNING";
      default -> level.toString();
    };
  }

  private static void add(
      Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
    String free = name;
    while (fields.containsKey(free)) {
      free += "_";
    }
    fields.put(free, value);
  }

  private static String json(Map<String, @Nullable Object> fields) {
    StringBuilder line = new StringBuilder(256);
    char separator = '{';
    for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
      string(line.append(separator), field.getKey());
      line.append(':');
      @Nullable Object value = field.getValue();
      switch (value) {
        case null -> line.append("null");
        case Integer _, Long _, Boolean _ -> line.append(value);
        default -> string(line, value.toString());
      }
      separator = ',';
    }
    return line.append("}\n").toString();
  }

  private static void string(StringBuilder line, String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> line.append('\\').append(c);
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (c < ' ') {
            line.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            line.append(c);
          }
        }
      }
    }
    line.append('"');
  }
}
