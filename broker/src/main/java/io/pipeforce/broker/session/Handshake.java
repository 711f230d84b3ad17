package io.pipeforce.broker.session;

import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.FrameReader;
import io.pipeforce.broker.wire.FrameWriter;
import io.pipeforce.broker.wire.LongBytes;
import io.pipeforce.broker.wire.LostSyncException;
import io.pipeforce.broker.wire.MalformedFrameException;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.ReplyCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From connection.start to connection.open: who is it, and what have both sides agreed on.
 *
 * <p>Source: {@code rabbit_reader.erl}.
 */
final class Handshake {
  /** RabbitMQ's product and version, so that clients that look for features find them. */
  private static final Map<String, String> SERVER =
      Map.of(
          "product",
          AmqpServer.PRODUCT,
          "version",
          AmqpServer.VERSION,
          "platform",
          "Java " + Runtime.version().feature(),
          "cluster_name",
          AmqpServer.CLUSTER,
          "copyright",
          "PIPEFORCE",
          "information",
          "PIPEFORCE dev broker: AMQP 0-9-1 as RabbitMQ 4 does it");

  private static final String OPENING = "opening";

  private final FrameReader in;
  private final FrameWriter out;
  private final Limits limits;
  private final boolean local;
  private final Runnable admission;
  private String mechanism = "";

  /** What both sides agreed on. */
  record Agreement(
      String user,
      String mechanism,
      FieldTable clientProperties,
      int channelMax,
      int frameMax,
      Duration heartbeat) {

    /** Whether the client says that it understands something. */
    boolean isCapable(String of) {
      return clientProperties.table("capabilities").filter(all -> all.isTrue(of)).isPresent();
    }
  }

  /** The client gets no word and a pause, so that guessing passwords takes its time. */
  static final class SilentException extends RuntimeException {
    SilentException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param local whether the client speaks from this machine to itself
   * @param admission throws when there are too many already
   */
  Handshake(FrameReader in, FrameWriter out, Limits limits, boolean local, Runnable admission) {
    this.in = in;
    this.out = out;
    this.limits = limits;
    this.local = local;
    this.admission = admission;
  }

  /**
   * @throws AmqpException when the client is to be told why not
   * @throws SilentException when it isn't
   */
  Agreement run() throws IOException {
    in.allowChannels(false);
    send(new ConnectionMethod.Start(0, 9, serverProperties(), Credentials.MECHANISMS, "en_US"));
    ConnectionMethod.StartOk start = receive(ConnectionMethod.StartOk.class, "starting");
    String user = authenticate(start);
    send(
        new ConnectionMethod.Tune(
            limits.channelMax(), limits.frameMax(), (int) limits.heartbeat().toSeconds()));
    ConnectionMethod.TuneOk tune = receive(ConnectionMethod.TuneOk.class, "tuning");
    check("frame_max", tune.frameMax(), Limits.SMALLEST_FRAME_MAX, limits.frameMax());
    check("channel_max", tune.channelMax(), 1, limits.channelMax());
    in.frameMax((int) tune.frameMax());
    out.frameMax((int) tune.frameMax());
    ConnectionMethod.Open open = receive(ConnectionMethod.Open.class, OPENING);
    try {
      admission.run();
    } catch (AmqpException e) {
      throw e.during(open);
    }
    if (!open.virtualHost().equals(VirtualHost.NAME)) {
      throw new AmqpException(ReplyCode.NOT_ALLOWED, "vhost " + open.virtualHost() + " not found")
          .during(open);
    }
    in.allowChannels(true);
    send(new ConnectionMethod.OpenOk());
    return new Agreement(
        user,
        mechanism,
        start.clientProperties(),
        tune.channelMax(),
        (int) tune.frameMax(),
        Duration.ofSeconds(tune.heartbeat()));
  }

  private String authenticate(ConnectionMethod.StartOk start) {
    mechanism = start.mechanism();
    if (!Credentials.knows(mechanism)) {
      throw new SilentException("unknown authentication mechanism '" + mechanism + "'");
    }
    return user(start.response())
        .filter(user -> local || !Credentials.isForThisMachineOnly(user))
        .orElseThrow(() -> {
          boolean wantsToKnow =
              start
                  .clientProperties()
                  .table("capabilities")
                  .filter(all -> all.isTrue("authentication_failure_close"))
                  .isPresent();
          String text =
              "Login was refused using authentication mechanism "
                  + mechanism
                  + ". For details see the broker logfile.";
          return wantsToKnow
              ? new AmqpException(ReplyCode.ACCESS_REFUSED, text)
              : new SilentException(text);
        });
  }

  private Optional<String> user(LongBytes response) {
    try {
      return Credentials.user(mechanism, response.bytes());
    } catch (MalformedFrameException e) {
      throw new SilentException(mechanism + ": " + e.getMessage());
    }
  }

  /** RabbitMQ's text goes to its log only. */
  private static void check(String what, long value, long least, long most) {
    if (value != 0 && value < least) {
      throw new SilentException(
          "negotiated %s = %d is lower than the minimum allowed value (%d)"
              .formatted(what, value, least));
    }
    if (value == 0 || value > most) {
      throw new SilentException(
          "negotiated %s = %d is higher than the maximum allowed value (%d)"
              .formatted(what, value, most));
    }
  }

  private <M extends ConnectionMethod> M receive(Class<M> expected, String state)
      throws IOException {
    // Only a client that has logged in is told what it did wrong.
    boolean tells = state.equals(OPENING);
    Frame frame;
    do {
      try {
        frame = in.next();
      } catch (LostSyncException e) {
        throw tells ? new AmqpException(ReplyCode.FRAME_ERROR, String.valueOf(e.getMessage())) : e;
      } catch (AmqpException e) {
        throw tells && e.code() != ReplyCode.INTERNAL_ERROR
            ? e
            : new SilentException(String.valueOf(e.getMessage()));
      }
    } while (!(frame instanceof Frame.MethodFrame));
    Method method = ((Frame.MethodFrame) frame).method();
    if (expected.isInstance(method)) {
      return expected.cast(method);
    }
    String text = "unexpected method in connection state " + state;
    throw tells
        ? new AmqpException(ReplyCode.CHANNEL_ERROR, text).during(method)
        : new SilentException(text);
  }

  private void send(Method method) throws IOException {
    out.method(0, method);
    out.flush();
  }

  private static FieldTable serverProperties() {
    Map<String, Field> capabilities =
        Stream.of(
                "publisher_confirms",
                "exchange_exchange_bindings",
                "basic.nack",
                "consumer_cancel_notify",
                "connection.blocked",
                "consumer_priorities",
                "authentication_failure_close",
                "per_consumer_qos",
                "direct_reply_to")
            .collect(Collectors.toMap(name -> name, _ -> new Field.Bool(true)));
    FieldTable properties =
        new FieldTable(
            SERVER.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, entry -> new Field.LongString(entry.getValue()))));
    return properties.with("capabilities", new Field.Table(new FieldTable(capabilities)));
  }
}
