package io.pipeforce.hub.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSocket through the ingress, with a server of Helidon and a client of the JDK. */
class TunnelTest {
  private static final int LARGE = 4 << 20;
  private static final Duration IDLE = Duration.ofMillis(700);

  private final BlockingQueue<String> closes = new LinkedBlockingQueue<>();
  private final AtomicLong sent = new AtomicLong();
  private Front front;
  private WebServer service;

  @BeforeEach
  void start() {
    front = new Front(IDLE);
    service =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .addProtocol(WsConfig.builder().maxFrameLength(LARGE).build())
            .addRouting(
                WsRouting.builder()
                    .endpoint("/echo", Echo::new)
                    .endpoint("/flood", Flood::new)
                    .endpoint("/refuse", Refuse::new))
            .build()
            .start();
    front.to(service.port());
  }

  @AfterEach
  void stop() {
    front.close();
    service.stop();
  }

  private final class Echo implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      assertThat(headers.get(HeaderNames.create("Sec-WebSocket-Protocol")).get())
          .contains("chat.v2");
      WritableHeaders<?> answer = WritableHeaders.create();
      answer.set(HeaderNames.create("Sec-WebSocket-Protocol"), "chat.v2");
      return Optional.of(answer);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      if (text.equals("close")) {
        session.close(4321, "as asked");
      } else {
        session.send(text, last);
      }
    }

    @Override
    public void onMessage(WsSession session, BufferData octets, boolean last) {
      session.send(octets, last);
    }

    @Override
    public void onPing(WsSession session, BufferData octets) {
      session.pong(octets);
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
      closes.add(status + " " + reason);
    }

    @Override
    public void onError(WsSession session, Throwable error) {
      closes.add("error");
    }
  }

  /** Sends for as long as somebody takes it. */
  private final class Flood implements WsListener {
    @Override
    public void onOpen(WsSession session) {
      byte[] octets = new byte[64 << 10];
      try {
        while (true) {
          session.send(BufferData.create(octets), true);
          sent.addAndGet(octets.length);
        }
      } finally {
        closes.add("flood");
      }
    }
  }

  private static final class Refuse implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
        throws WsUpgradeException {
      throw new WsUpgradeException("not you");
    }
  }

  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private long octets;

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      octets += data.remaining();
      if (last) {
        heard.add("octets " + octets);
        octets = 0;
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      heard.add("pong " + UTF_8.decode(message));
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      heard.add("close " + status + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      heard.add("error");
    }

    private String next() throws InterruptedException {
      return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
    }
  }

  private WebSocket open(String path, WebSocket.Listener listener) {
    return front
        .client()
        .newWebSocketBuilder()
        .header("Host", Front.HOST)
        .subprotocols("chat.v3", "chat.v2")
        .connectTimeout(Duration.ofSeconds(10))
        .buildAsync(URI.create("ws://127.0.0.1:" + front.port() + path), listener)
        .join();
  }

  private void awaitNoLease() {
    await().atMost(Duration.ofSeconds(5)).until(() -> front.leases() == 0);
  }

  @Test
  void messages_pings_and_the_subprotocol_pass_both_ways() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = open("/echo", listener);

    assertThat(socket.getSubprotocol()).isEqualTo("chat.v2");
    socket.sendText("grü", false).join();
    socket.sendText("ße", true).join();
    assertThat(listener.next()).isEqualTo("grüße");
    socket.sendBinary(ByteBuffer.allocate(LARGE), true).join();
    assertThat(listener.next()).isEqualTo("octets " + LARGE);
    socket.sendPing(ByteBuffer.wrap("there?".getBytes(UTF_8))).join();
    assertThat(listener.next()).isEqualTo("pong there?");
    assertThat(front.leases()).isEqualTo(1);

    socket.sendClose(1000, "bye").join();
    assertThat(listener.next()).startsWith("close 1000");
    assertThat(closes.poll(10, TimeUnit.SECONDS)).isEqualTo("1000 bye");
    awaitNoLease();
  }

  @Test
  void the_service_may_close_with_a_code_and_a_reason() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = open("/echo", listener);
    socket.sendText("close", true).join();

    assertThat(listener.next()).isEqualTo("close 4321 as asked");
    awaitNoLease();
  }

  @Test
  void a_tunnel_in_which_nobody_speaks_stays_open() throws Exception {
    Listener listener = new Listener();
    WebSocket socket = open("/echo", listener);

    Duration quiet = IDLE.plusSeconds(1);
    await().pollDelay(quiet).atMost(quiet.plusSeconds(5)).until(() -> front.leases() == 1);

    socket.sendText("still", true).join();
    assertThat(listener.next()).isEqualTo("still");
    socket.abort();
  }

  @Test
  void a_client_that_vanishes_ends_the_tunnel() throws Exception {
    WebSocket socket = open("/echo", new Listener());
    socket.abort();

    awaitNoLease();
  }

  @Test
  void a_service_that_vanishes_ends_the_tunnel() throws Exception {
    Listener listener = new Listener();
    open("/echo", listener);
    service.stop();

    assertThat(listener.next()).matches("(close|error).*");
    awaitNoLease();
  }

  @Test
  void a_client_that_takes_nothing_is_not_flooded_and_hung_up_on() throws Exception {
    open(
        "/flood",
        new WebSocket.Listener() {
          @Override
          public void onOpen(WebSocket socket) {
            // Asks for nothing.
          }
        });

    await().until(() -> sent.get() > 0);
    assertThat(closes.poll(20, TimeUnit.SECONDS)).isEqualTo("flood");
    assertThat(sent.get()).isLessThan(64 << 20);
    awaitNoLease();
  }

  @Test
  void a_refused_upgrade_is_an_answer_like_any_other() {
    assertThatThrownBy(() -> open("/refuse", new Listener()))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(400));
    assertThatThrownBy(() -> open("/nothing", new Listener()))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
    awaitNoLease();
  }

  @Test
  void octets_that_come_before_the_upgrade_is_agreed_to_wait_for_it() throws Exception {
    try (RawService raw = new RawService();
        Wire client = front.connect()) {
      front.to(raw.port());
      client.send(
          "GET / HTTP/1.1\r\nHost: shop-local.localhost\r\nConnection: keep-alive, Upgrade\r\n"
              + "Upgrade: WebSocket\r\nSec-WebSocket-Key: eA==\r\n\r\nearly");
      Wire at = raw.next();
      assertThat(at.head())
          .contains("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: eA==");
      at.send("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.head())
          .containsExactly("HTTP/1.1 101 Switching", "Connection: Upgrade", "Upgrade: websocket");
      assertThat(at.text(5)).isEqualTo("early");
      client.send("late");
      assertThat(at.text(4)).isEqualTo("late");

      // Each side may end while the other still speaks.
      client.endOutput();
      assertThat(at.read()).isEqualTo(-1);
      at.send("farewell");
      at.close();
      assertThat(client.rest()).isEqualTo("farewell");
      awaitNoLease();
    }
  }

  @Test
  void octets_after_a_refused_upgrade_are_the_next_request() throws Exception {
    try (RawService raw = new RawService();
        Wire client = front.connect()) {
      front.to(raw.port());
      client.send(
          """
          GET /ws HTTP/1.1\r
          Host: shop-local.localhost\r
          Connection: Upgrade\r
          Upgrade: websocket\r
          \r
          GET /next HTTP/1.1\r
          Host: shop-local.localhost\r
          \r
          """);
      Wire at = raw.next();
      at.head();
      at.send("HTTP/1.1 426 No\r\nContent-Length: 0\r\n\r\n");
      client.head();
      // And not octets of a tunnel that nobody agreed to.
      assertThat(at.head()).contains("GET /next HTTP/1.1", "X-Forwarded-For: 127.0.0.1");
    }
  }

  @Test
  void a_server_that_stops_ends_its_tunnels() throws Exception {
    Listener listener = new Listener();
    open("/echo", listener);

    front.close();

    assertThat(listener.next()).matches("(close|error).*");
    awaitNoLease();
  }
}
