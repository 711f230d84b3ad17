package io.pipeforce.hub.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When which octets pass, and what becomes of a request when one end goes away. */
class StreamingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop-local.localhost\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: shop-local.localhost\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private Front front;
  private RawService service;
  private Wire client;

  @BeforeEach
  void start() throws IOException {
    front = new Front();
    service = new RawService();
    front.to(service.port());
    client = front.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    service.close();
    front.close();
  }

  private void awaitNoLease() {
    await().atMost(Duration.ofSeconds(5)).until(() -> front.leases() == 0);
  }

  /** The service takes the next request. */
  private Wire request() throws Exception {
    Wire wire = service.next();
    wire.head();
    return wire;
  }

  @Test
  void each_event_of_a_stream_is_there_when_it_is_sent_and_the_head_before_the_first()
      throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();

    at.send(OK + "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(client.head()).contains("HTTP/1.1 200 OK", "Content-Type: text/event-stream");
    for (int i = 0; i < 3; i++) {
      at.send("9\r\ndata: " + i + "\n\n\r\n");
      assertThat(client.line()).isEqualTo("9");
      assertThat(client.text(9 + 2)).isEqualTo("data: " + i + "\n\n\r\n");
    }
    // What there is of a chunk whose rest is late does not hold back the chunk before.
    at.send("1\r\nx\r\n1");
    assertThat(client.text(6)).isEqualTo("1\r\nx\r\n");
    assertThat(front.leases()).isEqualTo(1);
    at.send("\r\ny\r\n0\r\n\r\n");
    assertThat(client.text(11)).isEqualTo("1\r\ny\r\n0\r\n\r\n");
    awaitNoLease();
  }

  @Test
  void each_piece_of_a_request_is_there_when_it_is_sent_and_may_be_answered_at_once()
      throws Exception {
    client.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
    Wire at = service.next();
    assertThat(at.head()).contains("POST / HTTP/1.1", "Transfer-Encoding: chunked");
    at.send(OK + "Transfer-Encoding: chunked\r\n\r\n");
    client.head();
    for (int i = 0; i < 3; i++) {
      client.send("1;ext=\"a\"\r\n" + i + "\r\n");
      assertThat(at.text(6)).isEqualTo("1\r\n" + i + "\r\n");
      at.send("1\r\n" + i + "\r\n");
      assertThat(client.text(6)).isEqualTo("1\r\n" + i + "\r\n");
    }
    client.send("0\r\nTrailer: dropped\r\n\r\n");
    assertThat(at.text(5)).isEqualTo("0\r\n\r\n");
    at.send("0\r\n\r\n");
    assertThat(client.text(5)).isEqualTo("0\r\n\r\n");
  }

  @Test
  void a_client_that_goes_away_ends_the_request_though_the_service_says_nothing() throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();

    client.close();

    assertThat(at.read()).isEqualTo(-1);
    awaitNoLease();
  }

  @Test
  void a_client_that_goes_away_in_the_middle_of_an_answer_ends_the_request() throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();
    at.send(OK + "Content-Length: 100000000\r\n\r\n");
    client.head();

    client.reset();

    assertThatThrownBy(
            () -> {
              while (true) {
                at.send(new byte[64 << 10]);
              }
            })
        .isInstanceOf(SocketException.class);
    awaitNoLease();
  }

  @Test
  void a_client_that_goes_away_in_the_middle_of_its_body_does_not_make_it_look_whole()
      throws Exception {
    client.send(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel");
    Wire at = request();
    at.line();
    assertThat(at.text(3)).isEqualTo("hel");

    client.close();

    assertThat(at.rest()).isEqualTo("\r\n");
    awaitNoLease();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nmalformed\r\n\r\n"
      })
  void an_answer_that_the_service_cuts_is_cut_for_the_client_too(String answer) throws Exception {
    client.send(GET + "\r\n");
    try (Wire at = request()) {
      at.send(OK + answer);
    }

    client.head();
    assertThat(client.rest()).contains("hello").doesNotContain("0\r\n");
    awaitNoLease();
  }

  @Test
  void an_answer_that_ends_with_the_connection_gets_an_end_of_its_own() throws Exception {
    client.send(GET + "\r\n");
    try (Wire at = request()) {
      at.send("HTTP/1.0 200 Fine\r\nServer: old\r\n\r\nhello");
    }
    assertThat(client.head())
        .containsExactly("HTTP/1.1 200 Fine", "Server: old", "Transfer-Encoding: chunked");
    assertThat(client.text(15)).isEqualTo("5\r\nhello\r\n0\r\n\r\n");

    client.send(GET + "\r\n");
    request().send(OK + "Content-Length: 2\r\n\r\nhi");
    client.head();
    assertThat(client.text(2)).isEqualTo("hi");
  }

  @Test
  void a_client_that_waits_for_100_gets_it_from_the_service_or_its_refusal() throws Exception {
    client.send(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    Wire at = service.next();
    assertThat(at.head()).contains("Expect: 100-continue");
    at.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
    assertThat(client.head()).containsExactly("HTTP/1.1 103 Early Hints", "Link: </a.css>");
    assertThat(client.head()).containsExactly("HTTP/1.1 100 Continue");
    client.send("hello");
    assertThat(at.text(5)).isEqualTo("hello");
    at.send("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
    assertThat(client.head()).containsExactly("HTTP/1.1 204 No Content");

    client.send(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    at = request();
    at.send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(client.head()).contains("HTTP/1.1 417 No", "Connection: close");
    assertThat(client.rest()).isEmpty();
    awaitNoLease();
  }

  @Test
  void an_answer_before_the_whole_request_was_sent_is_read_by_a_client_that_still_sends()
      throws Exception {
    client.send(POST + "Content-Length: 100000000\r\n\r\n");
    try (Wire at = request()) {
      at.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
    }
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              try {
                for (int i = 0; i < 100; i++) {
                  client.send(new byte[100_000]);
                }
              } catch (IOException _) {
                // It may be hung up on when the answer was there.
              }
            });
    awaitNoLease();
    sender.join();

    assertThat(client.head()).contains("HTTP/1.1 413 Too Large", "Connection: close");
    assertThat(client.rest()).isEqualTo("big");
  }

  @Test
  void a_service_that_ends_before_it_answers_has_a_page_of_its_own() throws Exception {
    client.send(POST + "Content-Length: 2\r\n\r\nhi");
    request().close();
    assertThat(client.head().getFirst()).isEqualTo("HTTP/1.1 502 Bad Gateway");
    client.close();

    for (String answer :
        List.of(
            "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\r\nX-Y : 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "y".repeat(Head.LARGEST) + "\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")) {
      try (Wire again = front.connect()) {
        again.send(GET + "\r\n");
        request().send(answer);
        assertThat(again.head().getFirst()).as(answer).isEqualTo("HTTP/1.1 502 Bad Gateway");
      }
    }
    awaitNoLease();
  }

  @Test
  void a_connection_to_a_service_is_used_again_and_a_request_that_finds_it_closed_is_repeated()
      throws Exception {
    client.send(GET + "\r\n");
    Wire first = request();
    first.send(OK + "Content-Length: 1\r\n\r\n1");
    client.head();
    client.text(1);
    client.send(GET + "\r\n");
    first.head();
    first.send(OK + "Content-Length: 1\r\n\r\n2");
    client.head();
    assertThat(client.text(1)).isEqualTo("2");

    first.close();
    client.send(GET + "\r\n");
    Wire second = request();
    second.send(OK + "Content-Length: 1\r\n\r\n3");
    client.head();
    assertThat(client.text(1)).isEqualTo("3");

    // It cannot be repeated, so nothing is risked.
    client.send(POST + "Content-Length: 0\r\n\r\n");
    request().send(OK + "Content-Length: 1\r\n\r\n4");
    client.head();
    assertThat(client.text(1)).isEqualTo("4");
    assertThat(second.read()).isEqualTo(-1);
    assertThat(front.taken()).isEqualTo(4);
    awaitNoLease();
  }

  @Test
  void a_request_is_not_repeated_when_a_new_connection_brought_no_answer() throws Exception {
    client.send(GET + "\r\n");
    request().close();
    assertThat(client.head().getFirst()).isEqualTo("HTTP/1.1 502 Bad Gateway");
    assertThat(service.hasNone()).isTrue();
    assertThat(front.taken()).isEqualTo(1);
  }

  @Test
  void a_server_that_stops_ends_what_is_under_way() throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();
    at.send(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
    client.head();
    client.text(7);
    Wire idle = front.connect().send("GET / HTTP/1.1\r\nHost: none.localhost\r\n\r\n");
    idle.head();

    front.close();

    assertThat(client.rest()).isEmpty();
    assertThat(at.read()).isEqualTo(-1);
    awaitNoLease();
    idle.close();
  }

  @Test
  void a_request_that_is_answered_while_the_server_stops_is_the_last_of_its_connection()
      throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();
    Thread stop = Thread.ofVirtual().start(front::close);
    await().until(() -> isRefused());

    at.send(OK + "Content-Length: 2\r\n\r\nhi");

    assertThat(client.head()).contains("HTTP/1.1 200 OK", "Connection: close");
    assertThat(client.rest()).isEqualTo("hi");
    stop.join();
  }

  private boolean isRefused() {
    try (Wire _ = front.connect()) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void services_leave_the_web_server_connections_and_get_theirs_back() throws Exception {
    List<Wire> wires = new ArrayList<>();
    for (int i = 0; i < Front.CONNECTIONS; i++) {
      Wire wire = front.connect().send(GET + "\r\n");
      request().send(OK + "Content-Length: 0\r\n\r\n");
      wire.head();
      wires.add(wire);
    }

    client.send(GET + "\r\n");
    assertThat(client.head().getFirst()).isEqualTo("HTTP/1.1 503 Service Unavailable");
    try (Wire api = front.connect()) {
      api.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(api.head().getFirst()).isEqualTo("HTTP/1.1 200 OK");
    }

    for (Wire wire : wires) {
      wire.close();
    }
    await().until(() -> status() == 204);
  }

  private int status() throws Exception {
    try (Wire wire = front.connect()) {
      wire.send(GET + "\r\n");
      Thread.ofVirtual()
          .start(() -> {
            try {
              request().send("HTTP/1.1 204 No Content\r\n\r\n");
            } catch (Exception _) {
              // It was refused before.
            }
          });
      return Integer.parseInt(wire.head().getFirst().substring(9, 12));
    }
  }

  @Test
  void octets_of_a_header_stay_as_they_are() throws Exception {
    byte[] name = "grüße".getBytes(UTF_8);
    client.send(GET + "X-Name: ");
    client.send(name);
    client.send("\r\nX-Empty:\r\n\r\n");

    List<String> head = service.next().head();

    assertThat(head).contains("X-Name: " + new String(name, ISO_8859_1));
    assertThat(head).contains("X-Empty:");
  }

  @Test
  void a_connection_that_ends_before_its_first_request_is_no_problem() throws Exception {
    client.endOutput();

    assertThat(client.read()).isEqualTo(-1);
    assertThatThrownBy(() -> client.line()).isInstanceOf(EOFException.class);
  }
}
