package io.pipeforce.hub.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.login.Login;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.state.FolderStore;
import io.pipeforce.hub.webhook.Webhooks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that go away, and clients that take their time. */
class ClientLineTest {
  private static final String SECRET = "a secret of some length";
  private static final String AUTHORIZED =
      "Host: localhost\r\nAuthorization: Apitoken " + SECRET + "\r\n";

  @TempDir private Path state;

  private final Sleep sleep = new Sleep();
  private final Chatter logs = new Chatter();
  private final List<Socket> sockets = new ArrayList<>();
  private Broker broker;
  private EventClient events;
  private HubServer server;
  private volatile Backend backend = new Backend.Unknown();

  @BeforeEach
  void start() {
    broker = Broker.start(BrokerOptions.local());
    events = EventClient.connect(BrokerAddress.of("127.0.0.1", broker.port()), "events");
    server =
        HubServer.start(
            "127.0.0.1",
            0,
            new Guard(new Login("pipeforce", SECRET, InstantSource.system()), Set.of()),
            List.of(sleep),
            Webhooks.in(FolderStore.in(state), events),
            name -> Optional.of(name).filter("shop"::equals).map(_ -> logs),
            name -> backend,
            () -> true,
            Duration.ofSeconds(1));
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
    events.close();
    broker.close();
  }

  /** A word, and with follow another when it is asked for, and then nothing for ever. */
  private static final class Chatter implements Logs {
    private final CountDownLatch more = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void copyTo(OutputStream out, boolean follow) throws IOException, InterruptedException {
      try {
        write("grüße\n", out);
        if (follow) {
          more.await();
          write("more\n", out);
          new CountDownLatch(1).await();
        }
      } finally {
        ended.countDown();
      }
    }

    private static void write(String text, OutputStream out) throws IOException {
      out.write(text.getBytes(UTF_8));
      out.flush();
    }

    @Override
    public Tail tail(int octets) {
      return new Tail("", 0);
    }
  }

  /** Takes this long, unless it is told to end or is interrupted. */
  private static final class Sleep implements Command<Sleep.Arguments> {
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    record Arguments(@Param("How long.") Duration time) {}

    @Override
    public String name() {
      return "sleep";
    }

    @Override
    public String about() {
      return "Sleeps.";
    }

    @Override
    public Class<Arguments> arguments() {
      return Arguments.class;
    }

    @Override
    public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
      started.countDown();
      try {
        mayEnd.await(arguments.time().toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
      return Outcome.body("slept");
    }
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    write(socket, text);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  /** The first line of an answer, read to the end of this answer. */
  private static String answer(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("slept") < 0) {
      int octet = socket.getInputStream().read();
      if (octet < 0) {
        break;
      }
      answer.append((char) octet);
    }
    return answer.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v3/command/sleep?time=60s HTTP/1.1\r\n" + AUTHORIZED + "\r\n",
        "POST /api/v3/pipeline HTTP/1.1\r\n"
            + AUTHORIZED
            + "Content-Length: 34\r\n\r\npipeline: [{sleep: {time: 60s}}]  "
      })
  void what_a_client_asked_for_is_interrupted_when_it_goes_away(String request) throws Exception {
    Socket client = send(request);
    assertThat(sleep.started.await(10, TimeUnit.SECONDS)).isTrue();

    client.close();

    assertThat(sleep.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void logs_are_followed_until_the_client_goes_away() throws Exception {
    Socket client = send("GET /api/v3/logs/shop?follow=true HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    assertThat(until(client, "grüße\n")).contains("HTTP/1.1 200 ", "text/plain; charset=UTF-8");
    logs.more.countDown();
    until(client, "more\n");

    client.close();

    assertThat(logs.ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void logs_are_what_there_is_and_for_those_who_may_see_them() throws Exception {
    Socket client = send("GET /api/v3/logs/shop HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    until(client, "grüße\n");
    write(client, "GET /api/v3/logs/none HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    assertThat(until(client, "service.job.status")).contains("HTTP/1.1 404 ", "none");

    Socket stranger = send("GET /api/v3/logs/shop HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(until(stranger, "}")).contains("HTTP/1.1 401 ").doesNotContain("grüße");
  }

  private static String until(Socket socket, String end) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(UTF_8).contains(end)) {
      int octet = socket.getInputStream().read();
      assertThat(octet).as(read.toString(UTF_8)).isNotNegative();
      read.write(octet);
    }
    return read.toString(UTF_8);
  }

  @Test
  void the_next_request_may_come_while_one_is_answered() throws Exception {
    String request = "GET /api/v3/command/sleep?time=60s HTTP/1.1\r\n" + AUTHORIZED + "\r\n";
    Socket client = send(request);
    assertThat(sleep.started.await(10, TimeUnit.SECONDS)).isTrue();
    write(client, request + request);
    sleep.mayEnd.countDown();

    for (int i = 0; i < 3; i++) {
      assertThat(answer(client)).contains("HTTP/1.1 200 ");
    }
    assertThat(sleep.interrupted.getCount()).isOne();
  }

  @Test
  void what_the_hub_allows_of_a_body_does_not_count_for_services_and_still_for_itself()
      throws Exception {
    HttpServer service =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String length = String.valueOf(exchange.getRequestBody().readAllBytes().length);
            exchange.sendResponseHeaders(200, length.length());
            exchange.getResponseBody().write(length.getBytes(US_ASCII));
          }
        });
    service.start();
    backend = new Backend.Instance("shop", service.getAddress(), () -> {});
    try (HttpClient client = HttpClient.newHttpClient()) {
      var large = HttpRequest.BodyPublishers.ofByteArray(new byte[17_000_000]);
      HttpRequest.Builder post =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port())).POST(large);

      assertThat(
              client
                  .send(
                      post.setHeader("Host", "shop-local.localhost").build(),
                      BodyHandlers.ofString())
                  .body())
          .isEqualTo("17000000");
      assertThat(
              client
                  .send(post.setHeader("Host", "localhost").build(), BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(413);
    } finally {
      service.stop(0);
    }
  }

  @Test
  void who_still_sends_when_it_is_refused_reads_why_and_is_not_heard_for_long() throws Exception {
    Socket client =
        send(
            "POST /api/v3/pipeline HTTP/1.1\r\n" + AUTHORIZED + "Content-Length: 17000000\r\n\r\n");
    for (int i = 0; i < 160; i++) {
      client.getOutputStream().write(new byte[100_000]);
    }

    assertThat(until(client, "\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    await().until(() -> isCut(client));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v3/comm",
        "GET /api/v3/command/sleep?time=0 HTTP/1.1\r\nHost: loc",
        "POST /api/v3/pipeline HTTP/1.1\r\n" + AUTHORIZED + "Content-Length: 1000\r\n\r\npipe",
        "POST /api/v3/command/webhook.receive?token=x HTTP/1.1\r\nHost: x\r\n"
            + "Content-Length: 1000\r\n\r\n{",
        "POST /api/v3/pipeline HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\npipe",
        "POST /api/v3/command/webhook.receive?token=x HTTP/1.1\r\nHost: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1"
      })
  void who_sends_a_letter_at_a_time_is_cut_off(String begin) throws Exception {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      slow.add(send(begin));
    }
    // Others are served meanwhile.
    Socket other = send("GET /api/v3/command/sleep?time=0 HTTP/1.1\r\n" + AUTHORIZED + "\r\n");
    assertThat(answer(other)).contains("HTTP/1.1 200 ");

    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          slow.removeIf(ClientLineTest::isCut);
          return slow.isEmpty();
        });
  }

  /** One more letter, as long as there is somebody. */
  private static boolean isCut(Socket socket) {
    try {
      write(socket, "1");
      while (socket.getInputStream().available() > 0) {
        socket.getInputStream().read();
      }
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
