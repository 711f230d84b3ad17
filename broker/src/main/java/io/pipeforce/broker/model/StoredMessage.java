package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.WireReader;
import io.pipeforce.broker.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies on the disk.
 *
 * @param expiresAt milliseconds since 1970, so that time goes on while no broker runs; {@link
 *     #NEVER} for never
 */
record StoredMessage(Message message, long expiresAt) {
  static final long NEVER = Long.MAX_VALUE;
  private static final int ENVELOPE = 200;

  static byte[] encode(QueuedMessage entry) {
    Message message = entry.message();
    Content content = message.content();
    WireWriter out = new WireWriter(content.size() + ENVELOPE);
    out.longLong(
        entry.expires()
            ? System.currentTimeMillis() + (entry.expiresAt() - System.nanoTime()) / 1_000_000
            : NEVER);
    out.longText(message.exchange());
    write(out, message.routingKeys());
    write(out, message.hiddenKeys());
    out.longInt(message.deaths().size());
    message.deaths().forEach(death -> write(out, death));
    out.longInt(message.rejections());
    out.longString(content.encodedProperties());
    out.bytes(content.body(), 0, content.body().length);
    return out.toBytes();
  }

  private static void write(WireWriter out, List<String> texts) {
    out.longInt(texts.size());
    texts.forEach(out::longText);
  }

  private static void write(WireWriter out, Death death) {
    out.longText(death.queue());
    out.longText(death.reason().name());
    out.longLong(death.count());
    out.longLong(death.firstSeconds());
    out.longText(death.exchange());
    write(out, death.routingKeys());
    String expiration = death.originalExpiration();
    out.bits(expiration != null);
    if (expiration != null) {
      out.longText(expiration);
    }
  }

  static StoredMessage decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long expiresAt = in.longLong();
    String exchange = in.longText();
    List<String> routingKeys = texts(in);
    List<String> hiddenKeys = texts(in);
    int count = in.signedInt();
    List<Death> deaths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      deaths.add(death(in));
    }
    int rejections = in.signedInt();
    byte[] properties = in.longString();
    Content content = new Content(BasicProperties.decode(properties), properties, in.rest());
    return new StoredMessage(
        new Message(exchange, routingKeys, hiddenKeys, content, List.copyOf(deaths), rejections),
        expiresAt);
  }

  private static List<String> texts(WireReader in) {
    int count = in.signedInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(in.longText());
    }
    return List.copyOf(texts);
  }

  private static Death death(WireReader in) {
    String queue = in.longText();
    DeathReason reason = DeathReason.valueOf(in.longText());
    long count = in.longLong();
    long firstSeconds = in.longLong();
    String exchange = in.longText();
    List<String> routingKeys = texts(in);
    @Nullable String expiration = in.octet() == 0 ? null : in.longText();
    return new Death(queue, reason, count, firstSeconds, exchange, routingKeys, expiration);
  }
}
