package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConfirmMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.ExchangeMethod;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.TxMethod;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Clients that say anything that AMQP has words for, in any order: refused maybe, a fault never.
 */
class RandomMethodsTest {
  private static final int CLIENTS = 60;
  private static final int METHODS = 25;
  private static final int INTERNAL_ERROR = 541;

  private final Random random = new Random(2026);

  private final List<Supplier<Method>> methods =
      List.of(
          () ->
              new QueueMethod.Declare(
                  name(), rarely(), odd(), rarely(), rarely(), rarely(), arguments()),
          () -> new QueueMethod.Bind(name(), name(), key(), rarely(), arguments()),
          () -> new QueueMethod.Unbind(name(), name(), key(), arguments()),
          () -> new QueueMethod.Purge(name(), rarely()),
          () -> new QueueMethod.Delete(name(), rarely(), rarely(), rarely()),
          () ->
              new ExchangeMethod.Declare(
                  name(), type(), rarely(), odd(), rarely(), rarely(), rarely(), arguments()),
          () -> new ExchangeMethod.Bind(name(), name(), key(), rarely(), arguments()),
          () -> new ExchangeMethod.Unbind(name(), name(), key(), rarely(), arguments()),
          () -> new ExchangeMethod.Delete(name(), rarely(), rarely()),
          () -> new BasicMethod.Qos(0, random.nextInt(5), rarely()),
          () ->
              new BasicMethod.Consume(
                  name(), tag(), rarely(), odd(), rarely(), rarely(), arguments()),
          () -> new BasicMethod.Cancel(tag(), rarely()),
          () -> new BasicMethod.Publish(name(), key(), odd(), false),
          () -> new BasicMethod.Publish("", name(), odd(), false),
          () -> new BasicMethod.Get(name(), odd()),
          () -> new BasicMethod.Ack(random.nextInt(4), odd()),
          () -> new BasicMethod.Nack(random.nextInt(4), odd(), odd()),
          () -> new BasicMethod.Reject(random.nextInt(4), odd()),
          () -> new BasicMethod.Recover(true),
          () -> new BasicMethod.RecoverAsync(true),
          () -> new TxMethod.Select(),
          () -> new TxMethod.Commit(),
          () -> new TxMethod.Rollback(),
          () -> new ConfirmMethod.Select(odd()),
          () -> new ChannelMethod.Flow(true),
          () -> new ChannelMethod.Open(),
          () -> new ChannelMethod.Close(200, "", 0, 0),
          () -> new ChannelMethod.CloseOk());

  private boolean odd() {
    return random.nextBoolean();
  }

  private boolean rarely() {
    return random.nextInt(6) == 0;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String name() {
    return one(
        List.of("", "q", "r", "s", "amq.topic", "amq.headers", "x", "amq.rabbitmq.reply-to"));
  }

  private String key() {
    return one(List.of("", "q", "r", "a.b", "#", "*.b", "amq.rabbitmq.reply-to.x"));
  }

  private String tag() {
    return one(List.of("", "t", "u"));
  }

  private String type() {
    return one(List.of("direct", "topic", "fanout", "headers", "x"));
  }

  private FieldTable arguments() {
    Map<String, Field> arguments = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      arguments.put(
          one(
              List.of(
                  "x-message-ttl",
                  "x-expires",
                  "x-max-length",
                  "x-max-length-bytes",
                  "x-max-priority",
                  "x-overflow",
                  "x-dead-letter-exchange",
                  "x-dead-letter-routing-key",
                  "x-single-active-consumer",
                  "x-queue-type",
                  "x-delivery-limit",
                  "x-priority",
                  "x-match",
                  "alternate-exchange",
                  "CC")),
          one(
              List.of(
                  new Field.Int32(random.nextInt(4)),
                  new Field.Int64(-1),
                  new Field.Bool(true),
                  new Field.LongString("quorum"),
                  new Field.LongString("reject-publish-dlx"),
                  new Field.LongString(""),
                  new Field.LongString("any"),
                  new Field.LongString("q"),
                  new Field.Float64(1.5),
                  new Field.Array(List.of(new Field.LongString("q"), new Field.Nothing())),
                  new Field.Nothing())));
    }
    return new FieldTable(arguments);
  }

  private void content(RawClient client, int channel) throws IOException {
    byte[] properties =
        BasicProperties.NONE
            .withHeaders(arguments())
            .withReplyTo(one(List.of("r", "amq.rabbitmq.reply-to")))
            .encode();
    client.frame(
        Frame.HEADER,
        channel,
        ByteBuffer.allocate(12 + properties.length)
            .putShort((short) 60)
            .putShort((short) 0)
            .putLong(3)
            .put(properties)
            .array());
    client.frame(Frame.BODY, channel, new byte[3]);
  }

  /** Says it all, then hears what the broker said to it. */
  private void talk(RawClient client) throws IOException {
    for (int i = 0; i < METHODS; i++) {
      int channel = 1 + random.nextInt(2);
      Method method = one(methods).get();
      client.send(channel, method);
      if (method.hasContent()) {
        content(client, channel);
      }
    }
    client.send(0, new ConnectionMethod.Close(200, "", 0, 0));
    boolean open = true;
    while (open) {
      if (client.in.next() instanceof Frame.MethodFrame(_, Method method)) {
        if (method instanceof ConnectionMethod.Close close) {
          assertThat(close.replyCode()).as(close.replyText()).isNotEqualTo(INTERNAL_ERROR);
          client.send(0, new ConnectionMethod.CloseOk());
        }
        open = !(method instanceof ConnectionMethod.CloseOk);
      }
    }
  }

  @Test
  void whatever_clients_say_the_broker_has_an_answer() throws IOException {
    try (Broker broker = Broker.start(BrokerOptions.local())) {
      for (int i = 0; i < CLIENTS; i++) {
        try (RawClient client = RawClient.open(broker).withChannel(1).withChannel(2)) {
          talk(client);
        } catch (EOFException | SocketException _) {
          // It was shown the door, which it deserved.
        }
      }
      try (RawClient polite = RawClient.open(broker).withChannel(1)) {
        polite.send(
            1, new QueueMethod.Declare("p", false, false, true, false, false, FieldTable.EMPTY));
        polite.expect(QueueMethod.DeclareOk.class);
      }
    }
  }
}
