package io.pipeforce.hub.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two programs could understand in two ways, of which one is an attack. */
class SmugglingTest {
  private static final String LINE = "POST / HTTP/1.1\r\n";
  private static final String HOST = "Host: shop-local.localhost\r\n";
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: shop-local.localhost\r\n\r\n";

  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private Front front;
  private RawService service;

  @BeforeEach
  void start() throws IOException {
    front = new Front();
    // Believes all it is told, whatever the order: a request is what a blank line ends.
    service =
        new RawService(wire -> {
          while (true) {
            requests.add(wire.head().getFirst());
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nshop");
          }
        });
    front.to(service.port());
  }

  @AfterEach
  void stop() {
    service.close();
    front.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length : 5\r\n",
        " Content-Length: 5\r\n",
        "X: y\r\n Content-Length: 5\r\n",
        "X: y\r\n\tTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding: \u000bchunked\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        "X: a\u0000b\r\n",
        "X: a\u0001b\r\n",
        "X\u0000: b\r\n",
        ": y\r\n",
        "no colon\r\n",
        "Host: localhost\r\n",
        "Host: shop-local.localhost\r\n",
      })
  void a_head_with_two_meanings_reaches_no_service_and_no_other_request_hides_behind_it(
      String headers) throws Exception {
    for (boolean isFirst : List.of(true, false)) {
      try (Wire wire = front.connect()) {
        if (!isFirst) {
          first(wire);
        }
        wire.send(LINE + HOST + headers + "\r\n0\r\n\r\n" + HIDDEN);
        assertThat(wire.line()).matches("HTTP/1.1 (400|403|501|200) .*");
        assertThat(requests).doesNotContain("POST / HTTP/1.1", "GET /hidden HTTP/1.1");
        rest(wire);
      }
    }
    assertThat(requests).containsOnly("GET /first HTTP/1.1");
    await().until(() -> front.leases() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.0",
        "POST / HTTP/2.0",
        "POST / http/1.1",
        "POST /",
        "POST  / HTTP/1.1",
        "POST / HTTP/1.1 ",
        "POST /a b HTTP/1.1",
        "POST /\tHTTP/1.1",
        "PO(ST / HTTP/1.1",
        "POST http://shop-local.localhost/ HTTP/1.1",
        "POST shop HTTP/1.1",
        "POST * HTTP/1.1",
        "CONNECT localhost:22 HTTP/1.1",
        "PRI * HTTP/2.0"
      })
  void a_first_line_that_is_none_reaches_no_service(String line) throws Exception {
    try (Wire wire = front.connect()) {
      first(wire);
      wire.send(line + "\r\n" + HOST + "\r\n");
      assertThat(wire.head().getFirst()).matches("HTTP/1.1 (400|505) .*");
    }
    assertThat(requests).containsOnly("GET /first HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n\r\n",
        "\r\n\r\n",
        "-1\r\n\r\n",
        "0x1\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n",
        "1\r\nab\r\n0\r\n\r\n",
        "1\na\r\n0\r\n\r\n",
        "1;a\nb\r\na\r\n0\r\n\r\n",
        "1\r\na\n0\r\n\r\n",
        "1\r\na0\r\n\r\n",
        "10000000000000000\r\n",
      })
  void a_chunk_with_two_meanings_ends_the_request_unfinished(String body) throws Exception {
    try (RawService quiet = new RawService();
        Wire wire = front.connect()) {
      front.to(quiet.port());
      wire.send(LINE + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body + HIDDEN);
      assertThat(quiet.next().rest()).doesNotContain("0\r\n\r\n").doesNotContain("hidden");
      assertThat(wire.head()).contains("HTTP/1.1 400 Bad Request", "Connection: close");
    }
    await().until(() -> front.leases() == 0);
  }

  @Test
  void what_follows_a_body_is_the_next_request_and_nothing_of_the_body_is_one() throws Exception {
    try (RawService quiet = new RawService();
        Wire wire = front.connect()) {
      front.to(quiet.port());
      wire.send(LINE + HOST + "Content-Length: " + HIDDEN.length() + "\r\n\r\n" + HIDDEN + HIDDEN);
      Wire at = quiet.next();
      at.head();
      assertThat(at.text(HIDDEN.length())).isEqualTo(HIDDEN);
      at.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      wire.head();
      assertThat(at.head().getFirst()).isEqualTo("GET /hidden HTTP/1.1");
    }
  }

  @Test
  void a_second_answer_that_nobody_asked_for_is_not_the_answer_to_the_next_request()
      throws Exception {
    try (RawService quiet = new RawService();
        Wire wire = front.connect()) {
      front.to(quiet.port());
      String ok = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
      wire.send("GET /1 HTTP/1.1\r\n" + HOST + "\r\n");
      Wire first = quiet.next();
      first.head();
      first.send(ok + "1" + ok + "2");
      wire.head();
      assertThat(wire.text(1)).isEqualTo("1");
      wire.send("GET /2 HTTP/1.1\r\n" + HOST + "\r\n");
      Wire second = quiet.next();
      second.head();
      second.send(ok + "3");
      wire.head();
      assertThat(wire.text(1)).isEqualTo("3");
    }
  }

  @Test
  void an_upgrade_to_anything_but_websocket_is_not_passed_on() throws Exception {
    try (RawService quiet = new RawService();
        Wire wire = front.connect()) {
      front.to(quiet.port());
      wire.send(
          "GET / HTTP/1.1\r\n"
              + HOST
              + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n\r\n");
      assertThat(quiet.next().head())
          .noneMatch(line -> line.matches("(?i)(upgrade|connection|http2-settings):.*"));
    }
  }

  @Test
  void headers_without_end_are_refused() throws Exception {
    try (Wire wire = front.connect()) {
      first(wire);
      wire.send(LINE + HOST + "X: " + "y".repeat(40_000));
      assertThat(wire.head().getFirst()).isEqualTo("HTTP/1.1 431 Request Header Fields Too Large");
    }
  }

  @Test
  void who_still_sends_when_it_is_refused_reads_why() throws Exception {
    try (Wire wire = front.connect()) {
      first(wire);
      wire.send(LINE + HOST + "no colon\r\n\r\n");
      for (int i = 0; i < 100; i++) {
        wire.send(new byte[100_000]);
      }
      assertThat(wire.line()).startsWith("HTTP/1.1 400 ");
    }
  }

  /** A good request, and its answer. */
  private static void first(Wire wire) throws IOException {
    wire.send("GET /first HTTP/1.1\r\n" + HOST + "\r\n");
    wire.head();
    wire.text(4);
  }

  private static void rest(Wire wire) throws IOException {
    try {
      wire.endOutput();
      assertThat(wire.rest()).doesNotContain("shop\r\n");
    } catch (SocketException _) {
      // Hung up on with octets unread.
    }
  }
}
