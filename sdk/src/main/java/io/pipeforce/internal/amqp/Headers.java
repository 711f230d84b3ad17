package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.LongString;
import io.pipeforce.MessageProperties;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The names of our headers, and the way of headers and properties between AMQP and the API. */
final class Headers {
  static final String ATTEMPT = "pipeforce-attempt";
  static final String ATTEMPTS = "pipeforce-attempts";
  static final String CC = "pipeforce-cc";
  static final String ERROR = "pipeforce-error";
  static final String EXCEPTION = "pipeforce-exception";
  static final String EXCHANGE = "pipeforce-exchange";
  static final String FIRST_FAILED = "pipeforce-first-failed";
  static final String HANDLER = "pipeforce-handler";
  static final String KEY = "pipeforce-key";
  static final String LAST_FAILED = "pipeforce-last-failed";
  static final String QUEUE = "pipeforce-queue";
  static final String REASON = "pipeforce-reason";
  static final String REDELIVERIES = "pipeforce-redeliveries";
  static final String SERVICE = "pipeforce-service";
  static final String STACK = "pipeforce-stack";
  static final String USER_ID = "pipeforce-user-id";

  private Headers() {}

  /** The headers as the API shows them: text as {@code String}, also in lists and tables. */
  static Map<String, Object> toApi(@Nullable Map<String, Object> headers) {
    if (headers == null || headers.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> result = new LinkedHashMap<>();
    headers.forEach((name, value) -> {
      // A void field has no value that a Java map of objects could hold.
      if (value != null) {
        result.put(name, toApi(value));
      }
    });
    return result;
  }

  private static Object toApi(Object value) {
    return switch (value) {
      case LongString text -> text.toString();
      case List<?> list -> {
        List<Object> result = new ArrayList<>();
        for (Object element : list) {
          if (element != null) {
            result.add(toApi(element));
          }
        }
        yield result;
      }
      case Map<?, ?> table -> {
        Map<String, Object> result = new LinkedHashMap<>();
        table.forEach((name, element) -> putUnlessVoid(result, String.valueOf(name), element));
        yield result;
      }
      default -> value;
    };
  }

  /** A void field has no value that a Java map of objects could hold. */
  private static void putUnlessVoid(
      Map<String, Object> result, String name, @Nullable Object value) {
    if (value != null) {
      result.put(name, toApi(value));
    }
  }

  static MessageProperties toApi(BasicProperties properties) {
    return new MessageProperties(
        Optional.ofNullable(properties.getContentType()),
        Optional.ofNullable(properties.getContentEncoding()),
        Optional.ofNullable(properties.getCorrelationId()),
        Optional.ofNullable(properties.getReplyTo()),
        Optional.ofNullable(properties.getMessageId()),
        Optional.ofNullable(properties.getTimestamp()).map(Date::toInstant),
        Optional.ofNullable(properties.getType()),
        Optional.ofNullable(properties.getAppId()),
        Optional.ofNullable(properties.getPriority()));
  }

  static Optional<String> text(@Nullable Map<String, Object> headers, String name) {
    return headers == null
        ? Optional.empty()
        : Optional.ofNullable(headers.get(name)).map(Object::toString);
  }

  static int number(@Nullable Map<String, Object> headers, String name, int otherwise) {
    return headers != null && headers.get(name) instanceof Number number
        ? number.intValue()
        : otherwise;
  }
}
