package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.FrameReader;
import io.pipeforce.broker.wire.FrameWriter;
import io.pipeforce.broker.wire.LongBytes;
import io.pipeforce.broker.wire.Method;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that can say anything, also what no library would. */
final class RawClient implements AutoCloseable {
  final Socket socket;
  final FrameReader in;
  private final OutputStream out;

  RawClient(Broker broker) throws IOException {
    this(InetAddress.getLoopbackAddress(), broker.port());
  }

  RawClient(InetAddress address, int port) throws IOException {
    socket = new Socket(address, port);
    socket.setSoTimeout((int) BrokerTest.SOON.toMillis());
    in = new FrameReader(socket.getInputStream(), 131_072);
    out = socket.getOutputStream();
  }

  /** A client behind connection.open-ok. */
  static RawClient open(Broker broker, int heartbeat) throws IOException {
    RawClient client = new RawClient(broker);
    client.header();
    client.expect(ConnectionMethod.Start.class);
    client.startOk("PLAIN", "\0guest\0guest");
    client.expect(ConnectionMethod.Tune.class);
    client.send(0, new ConnectionMethod.TuneOk(2047, 131_072, heartbeat));
    client.send(0, new ConnectionMethod.Open("/"));
    client.expect(ConnectionMethod.OpenOk.class);
    return client;
  }

  static RawClient open(Broker broker) throws IOException {
    return open(broker, 0);
  }

  RawClient withChannel(int number) throws IOException {
    send(number, new ChannelMethod.Open());
    expect(ChannelMethod.OpenOk.class);
    return this;
  }

  void header() throws IOException {
    bytes('A', 'M', 'Q', 'P', 0, 0, 9, 1);
  }

  void startOk(String mechanism, String response) throws IOException {
    startOk(FieldTable.EMPTY, mechanism, response);
  }

  void startOk(FieldTable properties, String mechanism, String response) throws IOException {
    send(
        0,
        new ConnectionMethod.StartOk(
            properties,
            mechanism,
            new LongBytes(response.getBytes(StandardCharsets.UTF_8)),
            "en_US"));
  }

  void bytes(int... octets) throws IOException {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    out.write(bytes);
    out.flush();
  }

  void send(int channel, Method method) throws IOException {
    FrameWriter frames = new FrameWriter(out, 131_072);
    frames.method(channel, method);
    frames.flush();
  }

  /** A frame with any type and payload. */
  void frame(int type, int channel, byte[] payload, int end) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(
        ByteBuffer.allocate(7)
            .put((byte) type)
            .putShort((short) channel)
            .putInt(payload.length)
            .array());
    frame.write(payload);
    frame.write(end);
    out.write(frame.toByteArray());
    out.flush();
  }

  void frame(int type, int channel, byte[] payload) throws IOException {
    frame(type, channel, payload, Frame.END);
  }

  void contentHeader(int channel, int classId, int weight, long bodySize) throws IOException {
    frame(
        Frame.HEADER,
        channel,
        ByteBuffer.allocate(14)
            .putShort((short) classId)
            .putShort((short) weight)
            .putLong(bodySize)
            .putShort((short) 0)
            .array());
  }

  void publish(int channel, String queue) throws IOException {
    send(channel, new BasicMethod.Publish("", queue, false, false));
  }

  <M extends Method> M expect(Class<M> type) throws IOException {
    Frame frame = in.next();
    assertThat(frame).isInstanceOf(Frame.MethodFrame.class);
    Method method = ((Frame.MethodFrame) frame).method();
    assertThat(method).isInstanceOf(type);
    return type.cast(method);
  }

  /** The broker's connection.close, answered as it should be. */
  String expectClose() throws IOException {
    ConnectionMethod.Close close = expect(ConnectionMethod.Close.class);
    send(0, new ConnectionMethod.CloseOk());
    expectEnd();
    return close.replyCode() + " " + close.replyText();
  }

  /** The broker ends the connection; RabbitMQ does so by a reset. */
  void expectEnd() throws IOException {
    try {
      assertThat(socket.getInputStream().read()).as("the end of the stream").isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
