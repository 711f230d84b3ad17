package io.pipeforce.broker;

import io.pipeforce.broker.wire.AccessMethod;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConfirmMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.ExchangeMethod;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.LongBytes;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.TxMethod;
import io.pipeforce.broker.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Says anything that AMQP has words for, with names from so small a pool that clients meet. What it
 * says depends on nothing but the numbers that it is given.
 */
final class Grammar {
  /** Octets that are no UTF-8 become this on their way through a string. */
  private static final byte NO_TEXT = 0x1A;

  private static final int RUN = 16;

  private static final String LONGEST = "é".repeat(127);
  private static final String NOT_UTF_8 = "\u001a".repeat(250);

  private static final List<String> QUEUES = List.of("q", "r", "s", "t", "u", "v", "w");

  private static final List<String> OWN_EXCHANGES = List.of("x", "y", "z");

  private final RandomGenerator random;
  private final long agreement;

  /** What most clients say most of the time. */
  private final List<Supplier<Method>> usual =
      List.of(
          this::publish,
          this::publish,
          this::publish,
          () -> new BasicMethod.Publish("", queue(), rarely(), false),
          () -> new BasicMethod.Publish("", queue(), rarely(), false),
          () -> new BasicMethod.Get(queue(), odd()),
          () -> new BasicMethod.Ack(0, true),
          () -> new BasicMethod.Ack(0, true),
          () -> new BasicMethod.Ack(rarely() ? tag() : 0, true),
          () -> new BasicMethod.Ack(rarely() ? tag() : 0, true),
          () -> new BasicMethod.Nack(rarely() ? tag() : 0, true, odd()),
          this::consume,
          () -> new BasicMethod.Cancel(consumer(), rarely()),
          this::declareQueue,
          () -> new QueueMethod.Bind(queue(), exchange(), key(), rarely(), arguments()),
          () -> new QueueMethod.Unbind(queue(), exchange(), key(), arguments()));

  private final List<Supplier<Method>> unusual =
      List.of(
          () -> new QueueMethod.Purge(queue(), rarely()),
          () -> new BasicMethod.Reject(tag(), odd()),
          () -> new BasicMethod.Nack(tag(), odd(), odd()),
          () -> new QueueMethod.Delete(queue(), rarely(), rarely(), rarely()),
          this::declareExchange,
          () -> new ExchangeMethod.Bind(exchange(), exchange(), key(), rarely(), arguments()),
          () -> new ExchangeMethod.Unbind(exchange(), exchange(), key(), rarely(), arguments()),
          () -> new ExchangeMethod.Delete(exchange(), rarely(), rarely()),
          () -> new BasicMethod.Qos(0, number(5), odd()),
          () -> new BasicMethod.Recover(true),
          () -> new BasicMethod.RecoverAsync(true),
          () -> new TxMethod.Select(),
          () -> new TxMethod.Commit(),
          () -> new TxMethod.Rollback(),
          () -> new ConfirmMethod.Select(odd()),
          () -> new ChannelMethod.Flow(true),
          () -> new AccessMethod.Request("/data", odd(), odd(), odd(), odd(), odd()));

  /** Most of it ends the connection. */
  private final List<Supplier<Method>> fatal =
      List.of(
          () -> new BasicMethod.Qos(extreme(), number(5), odd()),
          () -> new BasicMethod.Recover(false),
          () -> new BasicMethod.Publish(exchange(), key(), odd(), true),
          () -> new BasicMethod.Ack(extreme(), odd()),
          () -> new ChannelMethod.Flow(false),
          () -> new ChannelMethod.FlowOk(odd()),
          () -> new ChannelMethod.Open(),
          () -> new ChannelMethod.OpenOk(),
          () -> new ChannelMethod.CloseOk(),
          () -> new BasicMethod.Deliver(consumer(), tag(), odd(), exchange(), key()),
          () -> new BasicMethod.Return(number(600), key(), exchange(), key()),
          () -> new BasicMethod.GetOk(tag(), odd(), exchange(), key(), number(9)),
          () -> new BasicMethod.GetEmpty(),
          () -> new BasicMethod.ConsumeOk(consumer()),
          () -> new QueueMethod.DeclareOk(queue(), 0, 0),
          () -> new TxMethod.SelectOk(),
          () -> new ConnectionMethod.Start(0, 9, table(3), "PLAIN", "en_US"),
          () -> new ConnectionMethod.StartOk(table(3), "PLAIN", bytes(key()), "en_US"),
          () -> new ConnectionMethod.TuneOk(number(70_000), extreme(), number(70_000)),
          () -> new ConnectionMethod.Open(key()),
          () -> new ConnectionMethod.Close(number(600), key(), number(90), number(120)),
          () -> new ConnectionMethod.CloseOk(),
          () -> new ConnectionMethod.Blocked(key()),
          () -> new ConnectionMethod.UpdateSecret(bytes(key()), key()));

  /**
   * @param agreement those to whom the same is given mostly declare alike
   */
  Grammar(RandomGenerator random, long agreement) {
    this.random = random;
    this.agreement = agreement;
  }

  /** Something to say on a channel. */
  Method method() {
    int kind = random.nextInt(1000);
    if (kind < 3) {
      return one(fatal).get();
    }
    return one(kind < 150 ? unusual : usual).get();
  }

  /** The frames that say it, with the content that belongs to it. */
  List<byte[]> frames(int channel, Method method, int frameMax) {
    List<byte[]> frames = new ArrayList<>();
    frames.add(frame(channel, method));
    if (method.hasContent()) {
      byte[] body = body();
      WireWriter header = new WireWriter(64);
      header.shortInt(method.classId());
      header.shortInt(0);
      header.longLong(body.length);
      byte[] properties = properties().encode();
      header.bytes(properties, 0, properties.length);
      frames.add(frame(Frame.HEADER, channel, header.toBytes()));
      int most = random.nextInt(50) == 0 ? 100 : frameMax - Frame.OVERHEAD;
      for (int at = 0; at < body.length; at += most) {
        byte[] part = new byte[Math.min(most, body.length - at)];
        frames.add(frame(Frame.BODY, channel, part));
      }
    }
    return frames;
  }

  byte[] frame(int channel, Method method) {
    WireWriter payload = new WireWriter(128);
    payload.shortInt(method.classId());
    payload.shortInt(method.methodId());
    method.write(payload);
    return frame(Frame.METHOD, channel, payload.toBytes());
  }

  static byte[] frame(int type, int channel, byte[] payload) {
    WireWriter frame = new WireWriter(payload.length + Frame.OVERHEAD);
    frame.octet(type);
    frame.shortInt(channel);
    frame.longString(payload);
    frame.octet(Frame.END);
    byte[] octets = frame.toBytes();
    breakText(octets);
    return octets;
  }

  /** No Java string holds what is not UTF-8, but clients can send it. */
  private static void breakText(byte[] octets) {
    int run = 0;
    for (int i = 0; i < octets.length; i++) {
      run = octets[i] == NO_TEXT ? run + 1 : 0;
      if (run == RUN) {
        int from = i + 1 - RUN;
        while (i < octets.length && octets[i] == NO_TEXT) {
          i++;
        }
        Arrays.fill(octets, from, i, (byte) 0xFF);
      }
    }
  }

  private BasicMethod.Publish publish() {
    return new BasicMethod.Publish(exchange(), key(), rarely(), false);
  }

  private BasicMethod.Consume consume() {
    return new BasicMethod.Consume(
        queue(),
        rarely() ? consumer() : "",
        rarely(),
        odd(),
        seldom(),
        rarely(),
        rarely() ? arguments() : FieldTable.EMPTY);
  }

  /** Mostly as the others declare it who come at the same time. */
  private QueueMethod.Declare declareQueue() {
    if (rarely()) {
      return new QueueMethod.Declare("", false, false, true, odd(), rarely(), arguments());
    }
    String queue = queue();
    if (seldom()) {
      return declare(queue);
    }
    return alike(queue).declare(queue);
  }

  private QueueMethod.Declare declare(String queue) {
    return new QueueMethod.Declare(
        queue,
        seldom(),
        odd(),
        seldom(),
        rarely(),
        rarely(),
        odd() ? arguments() : FieldTable.EMPTY);
  }

  /** Says the same of a name as others do. */
  private Grammar alike(String name) {
    return new Grammar(new Random(agreement * 31 + name.hashCode()), agreement);
  }

  /** Declares all that most methods name. */
  List<Method> setUp() {
    List<Method> all = new ArrayList<>();
    QUEUES.forEach(queue -> all.add(alike(queue).declare(queue)));
    OWN_EXCHANGES.forEach(exchange -> all.add(alike(exchange).declareExchange(exchange)));
    return all;
  }

  private ExchangeMethod.Declare declareExchange() {
    return declareExchange(exchange());
  }

  private ExchangeMethod.Declare declareExchange(String exchange) {
    return new ExchangeMethod.Declare(
        exchange, type(), rarely(), odd(), rarely(), seldom(), rarely(), arguments());
  }

  boolean odd() {
    return random.nextBoolean();
  }

  boolean rarely() {
    return random.nextInt(6) == 0;
  }

  boolean seldom() {
    return random.nextInt(50) == 0;
  }

  private int number(int below) {
    return random.nextInt(below);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private long extreme() {
    return one(
        List.of(
            -1L,
            0L,
            1L,
            255L,
            65_536L,
            (long) Integer.MAX_VALUE,
            1L << 31,
            Long.MAX_VALUE,
            Long.MIN_VALUE));
  }

  private long tag() {
    return seldom() ? extreme() : random.nextInt(12);
  }

  private String queue() {
    return one(
        seldom()
            ? List.of("", LONGEST, NOT_UTF_8, "amq.gen-x", "amq.rabbitmq.reply-to", "no\0text")
            : QUEUES);
  }

  private String exchange() {
    return one(
        seldom()
            ? List.of("", LONGEST, NOT_UTF_8, "amq.default", "amq.none")
            : List.of("x", "y", "z", "amq.topic", "amq.headers", "amq.direct", "amq.fanout"));
  }

  private String key() {
    return one(
        seldom()
            ? List.of(
                LONGEST, NOT_UTF_8, "#.".repeat(120), "*.".repeat(120), "amq.rabbitmq.reply-to.x")
            : List.of("", "q", "r", "a.b", "a.b.c", "#", "*.b", "a.#", "a.*.c"));
  }

  private String consumer() {
    return seldom() ? one(List.of(LONGEST, NOT_UTF_8)) : "c" + random.nextInt(3);
  }

  private String type() {
    return one(List.of("direct", "topic", "fanout", "headers", "headers", "x"));
  }

  private static LongBytes bytes(String text) {
    return new LongBytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private byte[] body() {
    int kind = random.nextInt(200);
    if (kind == 0) {
      return new byte[random.nextInt(2 * Fuzzer.LARGEST_MESSAGE)];
    }
    return new byte[kind < 10 ? random.nextInt(10_000) : random.nextInt(200)];
  }

  private BasicProperties properties() {
    if (random.nextInt(3) > 0) {
      return BasicProperties.NONE;
    }
    return new BasicProperties(
        rarely() ? key() : null,
        rarely() ? key() : null,
        odd() ? arguments() : null,
        odd() ? number(4) : null,
        odd() ? number(300) & 0xFF : null,
        rarely() ? key() : null,
        rarely() ? one(List.of("r", "amq.rabbitmq.reply-to", "")) : null,
        odd() ? one(List.of("0", "1", "20", "60000", "4294967295", "abc", "-1", "")) : null,
        rarely() ? key() : null,
        rarely() ? extreme() : null,
        rarely() ? key() : null,
        seldom() ? one(List.of("guest", "x")) : null,
        rarely() ? key() : null,
        rarely() ? key() : null);
  }

  /** Mostly those that mean something to queues, exchanges, bindings, consumers or messages. */
  private FieldTable arguments() {
    if (seldom()) {
      return table(4);
    }
    Map<String, Field> arguments = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      argument(arguments);
    }
    return new FieldTable(arguments);
  }

  private void argument(Map<String, Field> arguments) {
    String name =
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
                "x-dead-letter-strategy",
                "x-single-active-consumer",
                "x-queue-type",
                "x-delivery-limit",
                "x-delivery-count",
                "x-death",
                "x-priority",
                "x-match",
                "alternate-exchange",
                "CC",
                "BCC"));
    arguments.put(name, seldom() ? field(2) : plausible(name));
  }

  private Field plausible(String name) {
    return switch (name) {
      case "x-overflow" ->
          text(one(List.of("drop-head", "reject-publish", "reject-publish-dlx", "x")));
      case "x-dead-letter-exchange", "alternate-exchange" -> text(exchange());
      case "x-dead-letter-routing-key" ->
          text(seldom() ? "long".repeat(100) : odd() ? queue() : key());
      case "x-dead-letter-strategy" -> text(one(List.of("at-most-once", "at-least-once")));
      case "x-single-active-consumer" -> new Field.Bool(odd());
      case "x-queue-type" -> text(one(List.of("classic", "quorum", "quorum", "stream")));
      case "x-match" -> text(one(List.of("all", "any", "any-with-x", "all-with-x", "x")));
      case "CC", "BCC" -> new Field.Array(List.of(text(queue()), text(key()), text(queue())));
      case "x-death" -> death();
      case "x-expires" -> new Field.Int32(1 + random.nextInt(1000));
      case "x-max-priority" -> new Field.Int32(random.nextInt(300));
      default -> new Field.Int32(random.nextInt(50));
    };
  }

  private static Field text(String text) {
    return new Field.LongString(text);
  }

  private Field death() {
    Map<String, Field> death = new LinkedHashMap<>();
    death.put("reason", text(one(List.of("rejected", "expired", "maxlen", "x"))));
    death.put("queue", rarely() ? field(1) : text(queue()));
    death.put("exchange", rarely() ? field(1) : text(exchange()));
    death.put("count", rarely() ? field(1) : new Field.Int64(extreme()));
    death.put("time", rarely() ? field(1) : new Field.Timestamp(extreme()));
    death.put("routing-keys", rarely() ? field(1) : new Field.Array(List.of(text(key()))));
    Field entry = new Field.Table(new FieldTable(death));
    return new Field.Array(odd() ? List.of(entry) : List.of(entry, field(1), entry));
  }

  /** Any table, with tables in it. */
  FieldTable table(int depth) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
      fields.put(rarely() ? key() : "f" + random.nextInt(5), field(depth));
    }
    return new FieldTable(fields);
  }

  private Field field(int depth) {
    return switch (random.nextInt(depth > 0 ? 17 : 15)) {
      case 0 -> new Field.Bool(odd());
      case 1 -> new Field.Int8((byte) extreme());
      case 2 -> new Field.Uint8((int) extreme() & 0xFF);
      case 3 -> new Field.Int16((short) extreme());
      case 4 -> new Field.Uint16((int) extreme() & 0xFFFF);
      case 5 -> new Field.Int32((int) extreme());
      case 6 -> new Field.Uint32(extreme() & 0xFFFF_FFFFL);
      case 7 -> new Field.Int64(extreme());
      case 8 -> new Field.Float32(Float.intBitsToFloat(random.nextInt()));
      case 9 -> new Field.Float64(Double.longBitsToDouble(random.nextLong()));
      case 10 -> new Field.Decimal(number(256), extreme());
      case 11 -> new Field.Timestamp(extreme());
      case 12 -> text(key());
      case 13 -> new Field.Binary(new byte[random.nextInt(40)]);
      case 14 -> new Field.Nothing();
      case 15 -> new Field.Table(table(depth - 1));
      default -> new Field.Array(List.of(field(depth - 1), field(depth - 1)));
    };
  }
}
