package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import io.pipeforce.test.internal.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * A client that can say anything, also what no library would. It reads and writes with the codec of
 * the client library: with the broker's own, a mistake would cancel itself out.
 */
final class RawClient implements AutoCloseable {

  static final int METHOD = AMQP.FRAME_METHOD;
  static final int HEADER = AMQP.FRAME_HEADER;
  static final int BODY = AMQP.FRAME_BODY;
  static final int HEARTBEAT = AMQP.FRAME_HEARTBEAT;
  static final int END = AMQP.FRAME_END;

  static final int CHANNEL_MAX = 2047;
  static final int FRAME_MAX = 131_072;

  private static final int BASIC = 60;

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(TestBroker broker) throws IOException {
    socket = new Socket(broker.uri().getHost(), broker.uri().getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(Contract.PATIENCE.toMillis()));
    in = new DataInputStream(socket.getInputStream());
  }

  /** A client that has said nothing yet. */
  static RawClient connected(TestBroker broker) throws IOException {
    return new RawClient(broker);
  }

  /** A client behind connection.start. */
  static RawClient started(TestBroker broker) throws IOException {
    RawClient client = connected(broker);
    client.bytes('A', 'M', 'Q', 'P', 0, 0, 9, 1);
    client.expect(AMQP.Connection.Start.class);
    return client;
  }

  /** A client behind connection.tune. */
  static RawClient loggedIn(TestBroker broker) throws IOException {
    RawClient client = started(broker);
    client.login("PLAIN", "\0guest\0guest");
    client.expect(AMQP.Connection.Tune.class);
    return client;
  }

  /** A client behind connection.open-ok. */
  static RawClient open(TestBroker broker, int channelMax, int frameMax, Duration heartbeat)
      throws IOException {
    RawClient client = loggedIn(broker);
    client.tune(channelMax, frameMax, heartbeat);
    client.open("/");
    client.expect(AMQP.Connection.OpenOk.class);
    return client;
  }

  static RawClient open(TestBroker broker) throws IOException {
    return open(broker, CHANNEL_MAX, FRAME_MAX, Duration.ZERO);
  }

  static RawClient withChannel(TestBroker broker) throws IOException {
    RawClient client = open(broker);
    client.channel(1);
    return client;
  }

  // --- what it says

  void login(String mechanism, String response) throws IOException {
    login(mechanism, response.getBytes(US_ASCII), true);
  }

  void login(String mechanism, byte[] response, boolean wantsToHearOfFailure) throws IOException {
    Map<String, Object> capabilities = Map.of("authentication_failure_close", wantsToHearOfFailure);
    send(
        0,
        new AMQP.Connection.StartOk.Builder()
            .clientProperties(Map.of("capabilities", capabilities))
            .mechanism(mechanism)
            .response(LongStringHelper.asLongString(response))
            .build());
  }

  void tune(int channelMax, int frameMax, Duration heartbeat) throws IOException {
    send(
        0,
        new AMQP.Connection.TuneOk.Builder()
            .channelMax(channelMax)
            .frameMax(frameMax)
            .heartbeat((int) heartbeat.toSeconds())
            .build());
  }

  void open(String virtualHost) throws IOException {
    send(0, new AMQP.Connection.Open.Builder().virtualHost(virtualHost).build());
  }

  /** Opens a channel. */
  void channel(int number) throws IOException {
    sendOpen(number);
    expect(AMQP.Channel.OpenOk.class);
  }

  void sendOpen(int channel) throws IOException {
    send(channel, new AMQP.Channel.Open.Builder().build());
  }

  void sendClose(int channel) throws IOException {
    send(channel, new AMQP.Channel.Close.Builder().replyCode(200).build());
  }

  void sendClose() throws IOException {
    send(0, new AMQP.Connection.Close.Builder().replyCode(200).build());
  }

  void sendCloseOk() throws IOException {
    send(0, new AMQP.Connection.CloseOk.Builder().build());
  }

  /** A method that is answered, and changes nothing. */
  void sendQos(int channel) throws IOException {
    send(channel, new AMQP.Basic.Qos.Builder().build());
  }

  /** What a broker must refuse, by closing the channel. */
  void sendWrongAck(int channel) throws IOException {
    send(channel, new AMQP.Basic.Ack.Builder().deliveryTag(1).build());
  }

  /** What a broker must refuse, by closing the connection. */
  void sendWrongRecover(int channel) throws IOException {
    send(channel, new AMQP.Basic.Recover.Builder().requeue(false).build());
  }

  /** The method alone, without the content that belongs to it. */
  void sendPublish(int channel, String queue) throws IOException {
    send(channel, new AMQP.Basic.Publish.Builder().exchange("").routingKey(queue).build());
  }

  void contentHeader(int channel, long bodySize) throws IOException {
    contentHeader(channel, BASIC, bodySize, new byte[2]);
  }

  void contentHeader(int channel, int classId, long bodySize, byte[] properties)
      throws IOException {
    frame(
        HEADER,
        channel,
        ByteBuffer.allocate(12 + properties.length)
            .putShort((short) classId)
            .putShort((short) 0)
            .putLong(bodySize)
            .put(properties)
            .array());
  }

  void send(int channel, Method method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ((com.rabbitmq.client.impl.Method) method)
        .toFrame(channel)
        .writeTo(new DataOutputStream(bytes));
    write(bytes.toByteArray());
  }

  void frame(int type, int channel, byte[] payload) throws IOException {
    frame(type, channel, payload, END);
  }

  void frame(int type, int channel, byte[] payload, int end) throws IOException {
    write(
        ByteBuffer.allocate(payload.length + 8)
            .put(frameHeader(type, channel, payload.length))
            .put(payload)
            .put((byte) end)
            .array());
  }

  static byte[] frameHeader(int type, int channel, int length) {
    return ByteBuffer.allocate(7).put((byte) type).putShort((short) channel).putInt(length).array();
  }

  void bytes(int... octets) throws IOException {
    write(octets(octets));
  }

  static byte[] octets(int... octets) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int octet : octets) {
      bytes.write(octet);
    }
    return bytes.toByteArray();
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  // --- what it hears

  byte[] read(int count) throws IOException {
    return in.readNBytes(count);
  }

  /** The next frame, heartbeats as well. */
  Frame nextFrame() throws IOException {
    Frame frame = Frame.readFrom(in, () -> FRAME_MAX);
    if (frame == null) {
      throw new AssertionError("No frame within " + Contract.PATIENCE);
    }
    return frame;
  }

  Method next() throws IOException {
    Frame frame = nextFrame();
    while (frame.getType() == HEARTBEAT) {
      frame = nextFrame();
    }
    assertThat(frame.getType()).as("the type of the frame").isEqualTo(METHOD);
    return AMQImpl.readMethodFrom(frame.getInputStream());
  }

  <M extends Method> M expect(Class<M> type) throws IOException {
    Method method = next();
    assertThat(method).isInstanceOf(type);
    return type.cast(method);
  }

  /** How the broker closes the connection: answered as it should be, it hangs up. */
  Close refusal() throws IOException {
    Close close = of(expect(AMQP.Connection.Close.class));
    sendCloseOk();
    expectEnd();
    return close;
  }

  /** The same, and the broker puts it down to this method; to none when both are 0. */
  Close refusalDuring(int classId, int methodId) throws IOException {
    Close close = closeDuring(classId, methodId);
    sendCloseOk();
    expectEnd();
    return close;
  }

  /** The close after a frame that the broker cannot find the end of: it reads nothing more. */
  Close lastWords() throws IOException {
    return closeDuring(0, 0);
  }

  /** The same as a refusal, but not answered yet. */
  Close closeDuring(int classId, int methodId) throws IOException {
    AMQP.Connection.Close close = expect(AMQP.Connection.Close.class);
    assertThat(close.getClassId()).as("the class of the method").isEqualTo(classId);
    assertThat(close.getMethodId()).as("the method").isEqualTo(methodId);
    return of(close);
  }

  private static Close of(AMQP.Connection.Close close) {
    return Close.connection(close.getReplyCode(), close.getReplyText());
  }

  /** How the broker closes a channel, which awaits the answer. */
  Close channelClose() throws IOException {
    AMQP.Channel.Close close = expect(AMQP.Channel.Close.class);
    return Close.channel(close.getReplyCode(), close.getReplyText());
  }

  /** The broker has hung up; RabbitMQ sometimes does so by a reset. */
  void expectEnd() throws IOException {
    try {
      assertThat(in.read()).as("the end of the stream").isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Nothing but heartbeats comes any more; answers how many. */
  int expectHeartbeatsThenEnd() throws IOException {
    int heartbeats = 0;
    try {
      while (true) {
        assertThat(nextFrame().getType()).isEqualTo(HEARTBEAT);
        heartbeats++;
      }
    } catch (EOFException | SocketException _) {
      return heartbeats;
    }
  }

  /** The broker says nothing and does not hang up. */
  void expectSilence(Duration forSoLong) throws IOException {
    socket.setSoTimeout(Math.toIntExact(forSoLong.toMillis()));
    try {
      int octet = in.read();
      throw new AssertionError("The broker was not silent: " + octet);
    } catch (SocketTimeoutException _) {
      socket.setSoTimeout(Math.toIntExact(Contract.PATIENCE.toMillis()));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
