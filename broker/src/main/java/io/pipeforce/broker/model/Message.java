package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.ReplyCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A published message: where it was sent, what is in it, and the deaths it died. Immutable. */
public final class Message {
  private static final String CC = "CC";
  private static final String BCC = "BCC";

  private final String exchange;
  private final List<String> routingKeys;
  private final List<String> hiddenKeys;
  private final Content content;
  private final List<Death> deaths;
  private final int rejections;

  /**
   * @param rejections how often a client has rejected it from a quorum queue
   */
  Message(
      String exchange,
      List<String> routingKeys,
      List<String> hiddenKeys,
      Content content,
      List<Death> deaths,
      int rejections) {
    this.exchange = exchange;
    this.routingKeys = routingKeys;
    this.hiddenKeys = hiddenKeys;
    this.content = content;
    this.deaths = deaths;
    this.rejections = rejections;
  }

  /**
   * A message as a client published it: the keys of its CC and BCC headers are routing keys too,
   * and nobody gets to see BCC.
   *
   * @throws AmqpException 406 when one of these headers is not an array
   */
  public static Message published(String exchange, String routingKey, Content content) {
    Names.checkLength("routing key", routingKey);
    return published(exchange, List.of(routingKey), content);
  }

  /**
   * @param routingKey the one that the client gave; a list, so that messages can share it
   */
  public static Message published(String exchange, List<String> routingKey, Content content) {
    FieldTable headers = content.properties().headers();
    if (headers == null || (headers.get(CC) == null && headers.get(BCC) == null)) {
      return new Message(exchange, routingKey, List.of(), content, List.of(), 0);
    }
    List<String> hiddenKeys = keys(headers, BCC);
    List<String> routingKeys = new ArrayList<>();
    routingKeys.add(routingKey.getFirst());
    routingKeys.addAll(keys(headers, CC));
    routingKeys.addAll(hiddenKeys);
    Content visible =
        headers.get(BCC) == null
            ? content
            : content.with(content.properties().withHeaders(headers.without(BCC)));
    return new Message(exchange, List.copyOf(routingKeys), hiddenKeys, visible, List.of(), 0);
  }

  private static List<String> keys(FieldTable headers, String name) {
    return switch (headers.get(name)) {
      case null -> List.of();
      case Field.Array(List<Field> values) ->
          values.stream()
              .filter(Field.LongString.class::isInstance)
              .map(value -> ((Field.LongString) value).text())
              .toList();
      case Field other ->
          throw new AmqpException(
              ReplyCode.PRECONDITION_FAILED,
              "invalid message: {unacceptable_type_in_header,\"%s\",%s}"
                  .formatted(name, other.typeName()));
    };
  }

  public String exchange() {
    return exchange;
  }

  /** The key that the publisher gave, or that a dead-lettering queue put in its place. */
  public String routingKey() {
    return routingKeys.getFirst();
  }

  /** With those of its CC and BCC headers. */
  public List<String> routingKeys() {
    return routingKeys;
  }

  /** Those of its routing keys that nobody gets to see. */
  List<String> hiddenKeys() {
    return hiddenKeys;
  }

  /** Whether it came from a queue and not from a client. */
  boolean isDeadLetter() {
    return !deaths.isEmpty();
  }

  /** Newest first. */
  List<Death> deaths() {
    return deaths;
  }

  public Content content() {
    return content;
  }

  /** Milliseconds that this message may wait in a queue. Checked when it was published. */
  OptionalLong expiration() {
    String expiration = content.properties().expiration();
    return expiration == null
        ? OptionalLong.empty()
        : OptionalLong.of(Expiration.milliseconds(expiration));
  }

  int priority() {
    Integer priority = content.properties().priority();
    return priority == null ? 0 : priority;
  }

  /**
   * This message after it died in a queue, on its way to a dead-letter exchange.
   *
   * @param deadLetterKey replaces the routing keys unless null
   */
  Message died(
      DeathReason reason, String queue, String deadLetterExchange, @Nullable String deadLetterKey) {
    Death death =
        deaths.stream()
            .filter(earlier -> earlier.isOf(queue, reason))
            .findFirst()
            .map(Death::again)
            .orElseGet(() -> firstDeath(reason, queue));
    List<Death> newestFirst = new ArrayList<>();
    newestFirst.add(death);
    deaths.stream().filter(earlier -> !earlier.isOf(queue, reason)).forEach(newestFirst::add);
    BasicProperties properties = content.properties();
    FieldTable headers = properties.headers() == null ? FieldTable.EMPTY : properties.headers();
    if (deaths.isEmpty()) {
      headers = annotated(headers, "first", reason, queue);
    }
    headers =
        annotated(headers, "last", reason, queue)
            .with("x-death", new Field.Array(newestFirst.stream().map(Death::toField).toList()));
    return new Message(
        deadLetterExchange,
        deadLetterKey == null ? routingKeys : List.of(deadLetterKey),
        deadLetterKey == null ? hiddenKeys : List.of(),
        content.with(properties.withExpiration(null).withHeaders(headers.inOrder())),
        List.copyOf(newestFirst),
        rejections);
  }

  /**
   * The same after a client has rejected it from a quorum queue, the next one of which tells so.
   */
  Message rejected() {
    return new Message(exchange, routingKeys, hiddenKeys, content, deaths, rejections + 1);
  }

  int rejections() {
    return rejections;
  }

  private Death firstDeath(DeathReason reason, String queue) {
    return new Death(
        queue,
        reason,
        1,
        Instant.now().getEpochSecond(),
        exchange,
        routingKeys.stream().filter(key -> !hiddenKeys.contains(key)).toList(),
        content.properties().expiration());
  }

  private FieldTable annotated(FieldTable headers, String which, DeathReason reason, String queue) {
    String prefix = "x-" + which + "-death-";
    return headers
        .with(prefix + "reason", new Field.LongString(reason.text()))
        .with(prefix + "queue", new Field.LongString(queue))
        .with(prefix + "exchange", new Field.LongString(exchange));
  }

  /**
   * Whether this message has been in the queue before and came back without anybody rejecting it on
   * the way: it would go round for ever.
   */
  boolean cyclesTo(String queue) {
    for (Death death : deaths) {
      if (death.reason() == DeathReason.REJECTED) {
        return false;
      }
      if (death.queue().equals(queue)) {
        return true;
      }
    }
    return false;
  }
}
