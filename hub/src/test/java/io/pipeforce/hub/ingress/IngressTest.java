package io.pipeforce.hub.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client and a service have of the ingress, with a server and a client of the JDK. */
class IngressTest {
  private Front front;
  private HttpServer service;

  @BeforeEach
  void start() throws IOException {
    front = new Front();
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.start();
    front.to(service.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    front.close();
    service.stop(0);
  }

  private void answer(HttpHandler handler) {
    service.createContext("/", handler);
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] octets = text.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
      if (octets.length > 0) {
        exchange.getResponseBody().write(octets);
      }
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return front.client().send(request.build(), BodyHandlers.ofString());
  }

  private void awaitNoLease() {
    await().untilAsserted(() -> assertThat(front.leases()).isZero());
  }

  @Test
  void a_request_reaches_the_service_and_its_answer_comes_back() throws Exception {
    answer(exchange -> {
      exchange.getResponseHeaders().add("Set-Cookie", "a=1");
      exchange.getResponseHeaders().add("Set-Cookie", "b=2");
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      text(
          exchange,
          201,
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().get("X-Many")
              + " "
              + body);
    });

    HttpResponse<String> response =
        send(
            front
                .request("/a%2Fb/../c?x=%20&y=ü".replace("ü", "%C3%BC"))
                .header("X-Many", "1")
                .header("X-Many", "2")
                .PUT(BodyPublishers.ofString("grüße")));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("PUT /a%2Fb/../c?x=%20&y=%C3%BC [1, 2] grüße");
    assertThat(response.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
    awaitNoLease();
  }

  @Test
  void the_service_is_told_who_calls_and_by_which_name_and_not_what_the_client_says_of_itself()
      throws Exception {
    answer(exchange -> {
      StringBuilder seen = new StringBuilder();
      for (String name :
          List.of(
              "Host",
              "X-Forwarded-For",
              "X-Forwarded-Host",
              "X-Forwarded-Proto",
              "Forwarded",
              "X-Real-IP",
              "X-Hop",
              "TE",
              "Authorization")) {
        seen.append(name).append('=').append(exchange.getRequestHeaders().get(name)).append('\n');
      }
      text(exchange, 200, seen.toString());
    });

    try (Wire wire = front.connect()) {
      wire.send(
          """
          GET / HTTP/1.1\r
          Host: SHOP-local.localhost:99\r
          X-Forwarded-For: 6.6.6.6\r
          X-Forwarded-Proto: https\r
          Forwarded: for=6.6.6.6\r
          X-Real-IP: 6.6.6.6\r
          TE: trailers\r
          Authorization: Basic eDp5\r
          X-Hop: 1\r
          Connection: close, X-Hop, Host\r
          \r
          """);
      wire.head();
      assertThat(wire.rest())
          .isEqualTo(
              """
              Host=[SHOP-local.localhost:99]
              X-Forwarded-For=[127.0.0.1]
              X-Forwarded-Host=[SHOP-local.localhost:99]
              X-Forwarded-Proto=[http]
              Forwarded=null
              X-Real-IP=null
              X-Hop=null
              TE=null
              Authorization=[Basic eDp5]
              """);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1", "[::1]", "shop-local.localhost.evil.example", "evil"})
  void any_other_name_is_for_the_web_server_and_never_reaches_a_service(String host)
      throws Exception {
    try (Wire wire = front.connect()) {
      wire.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      assertThat(wire.head().getFirst()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(wire.text(7)).isEqualTo("the API");
    }
    assertThat(front.taken()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop-local.localhost",
        "shop-local.localhost:8080",
        "shop-local.localhost.",
        "Shop-Local.LocalHost:1"
      })
  void a_name_of_an_ingress_never_reaches_the_web_server(String host) throws Exception {
    answer(exchange -> text(exchange, 200, "shop"));
    try (Wire wire = front.connect()) {
      for (String path :
          List.of("/", "/api/v3/command/iam.token", "/api/v3/command/webhook.receive")) {
        wire.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        wire.head();
        assertThat(wire.text(4)).isEqualTo("shop");
      }
    }
  }

  @Test
  void one_connection_serves_many_requests_and_then_the_web_server() throws Exception {
    AtomicInteger count = new AtomicInteger();
    answer(exchange -> text(exchange, 200, "shop " + count.incrementAndGet()));
    try (Wire wire = front.connect()) {
      for (int i = 1; i <= 3; i++) {
        wire.send("POST / HTTP/1.1\r\nHost: " + Front.HOST + "\r\nContent-Length: 2\r\n\r\nab");
        assertThat(wire.head()).doesNotContain("Connection: close");
        assertThat(wire.text(6)).isEqualTo("shop " + i);
      }
      wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      wire.head();
      assertThat(wire.text(7)).isEqualTo("the API");
    }
    awaitNoLease();
  }

  @Test
  void requests_that_are_sent_together_are_answered_in_their_order() throws Exception {
    answer(exchange ->
        text(exchange, 200, exchange.getRequestURI().getPath().equals("/1") ? "one" : "two"));
    try (Wire wire = front.connect()) {
      wire.send(
          "POST /1 HTTP/1.1\r\nHost: shop-local.localhost\r\nContent-Length: 3\r\n\r\nabc"
              + "GET /2 HTTP/1.1\r\nHost: shop-local.localhost\r\n\r\n"
              + "GET /3 HTTP/1.1\r\nHost: shop-local.localhost\r\nConnection: close\r\n\r\n");
      wire.head();
      assertThat(wire.text(3)).isEqualTo("one");
      wire.head();
      assertThat(wire.text(3)).isEqualTo("two");
      assertThat(wire.head()).contains("Connection: close");
      assertThat(wire.rest()).isEqualTo("two");
    }
  }

  @Test
  void answers_without_a_body_stay_such_and_keep_their_length() throws Exception {
    answer(exchange -> {
      switch (exchange.getRequestURI().getPath()) {
        case "/head" -> {
          exchange.getResponseHeaders().set("Content-Length", "123");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        }
        case "/304" -> {
          exchange.getResponseHeaders().set("ETag", "\"7\"");
          text(exchange, 304, "");
        }
        default -> text(exchange, 204, "");
      }
    });
    try (Wire wire = front.connect()) {
      wire.send("HEAD /head HTTP/1.1\r\nHost: shop-local.localhost\r\n\r\n");
      assertThat(wire.head()).contains("HTTP/1.1 200 OK").containsOnlyOnce("Content-length: 123");
      wire.send("GET /304 HTTP/1.1\r\nHost: shop-local.localhost\r\n\r\n");
      assertThat(wire.head()).contains("HTTP/1.1 304 Not Modified", "Etag: \"7\"");
      wire.send("GET /204 HTTP/1.1\r\nHost: shop-local.localhost\r\n\r\n");
      assertThat(wire.head())
          .contains("HTTP/1.1 204 No Content")
          .noneMatch(line -> line.startsWith("Content-Length"))
          .noneMatch(line -> line.startsWith("Transfer-Encoding"));
      wire.send("GET /204 HTTP/1.1\r\nHost: shop-local.localhost\r\nConnection: close\r\n\r\n");
      wire.head();
      assertThat(wire.rest()).isEmpty();
    }
  }

  @Test
  void large_bodies_pass_both_ways_and_whole() throws Exception {
    long size = 64L << 20;
    answer(exchange -> {
      try (exchange;
          InputStream in = exchange.getRequestBody()) {
        assertThat(count(in)).isEqualTo(size);
        exchange.sendResponseHeaders(200, size);
        new Zeros(size).transferTo(exchange.getResponseBody());
      }
    });

    HttpResponse<InputStream> response =
        front
            .client()
            .send(
                front
                    .request("/")
                    .POST(BodyPublishers.ofInputStream(() -> new Zeros(size)))
                    .build(),
                BodyHandlers.ofInputStream());

    try (InputStream in = response.body()) {
      assertThat(count(in)).isEqualTo(size);
    }
    awaitNoLease();
  }

  private static long count(InputStream in) throws IOException {
    return in.transferTo(OutputStream.nullOutputStream());
  }

  /** So many octets, none of which is kept. */
  private static final class Zeros extends InputStream {
    private long left;

    private Zeros(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] octets, int from, int length) {
      int count = (int) Math.min(left, length);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }

  @Test
  void an_instance_that_cannot_be_connected_to_is_asked_for_once_more() throws Exception {
    answer(exchange -> text(exchange, 200, "second"));
    int closed = closedPort();
    AtomicInteger calls = new AtomicInteger();
    front.to(() ->
        front.instance(calls.incrementAndGet() == 1 ? closed : service.getAddress().getPort()));

    HttpResponse<String> response =
        send(front.request("/").POST(BodyPublishers.ofString("a body")));

    assertThat(response.body()).isEqualTo("second");
    assertThat(calls).hasValue(2);
    awaitNoLease();
  }

  @Test
  void a_service_that_cannot_be_connected_to_has_a_page_of_its_own() throws Exception {
    int closed = closedPort();
    front.to(closed);

    HttpResponse<String> json = send(front.request("/"));
    assertThat(json.statusCode()).isEqualTo(502);
    assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(json.body()).contains("shop did not answer", "pi logs shop");

    HttpResponse<String> html =
        send(front.request("/").header("Accept", "text/html,application/xml;q=0.9"));
    assertThat(html.statusCode()).isEqualTo(502);
    assertThat(html.headers().firstValue("Content-Type")).contains("text/html; charset=UTF-8");
    assertThat(html.body()).startsWith("<!DOCTYPE html>").contains("pi logs shop");
    assertThat(front.taken()).isEqualTo(4);
    awaitNoLease();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void an_ingress_that_nobody_has_is_not_found_and_tells_nothing_of_others() throws Exception {
    try (Wire wire = front.connect()) {
      wire.send("GET / HTTP/1.1\r\nHost: <b>.localhost\r\nAccept: text/html\r\n\r\n");
      assertThat(wire.head().getFirst()).isEqualTo("HTTP/1.1 404 Not Found");
      assertThat(wire.line()).doesNotContain("<b>");
    }
    try (Wire wire = front.connect()) {
      wire.send("GET /<b> HTTP/1.1\r\nHost: a.b-c.localhost\r\nAccept: text/html\r\n\r\n");
      assertThat(wire.head().getFirst()).isEqualTo("HTTP/1.1 404 Not Found");
    }
    HttpResponse<String> response =
        front
            .client()
            .send(
                front.request("/").setHeader("Host", "none-local.localhost").build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("none-local").doesNotContain("shop");
  }

  @Test
  void a_service_that_is_away_says_why_and_when_to_come_back() throws Exception {
    front.to(() -> new Backend.Away("shop", "is starting: <1 of 2>"));

    HttpResponse<String> json = send(front.request("/").POST(BodyPublishers.ofString("body")));
    assertThat(json.statusCode()).isEqualTo(503);
    assertThat(json.headers().firstValue("Retry-After")).contains("2");
    assertThat(json.body()).contains("shop is starting: <1 of 2>", "pi logs shop");

    HttpResponse<String> html = send(front.request("/").header("Accept", "text/html"));
    assertThat(html.body()).contains("shop is starting: &lt;1 of 2&gt;");

    HttpResponse<String> head = send(front.request("/").HEAD());
    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }
}
