package io.pipeforce.hub.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is waited for in vain is hung up on; whoever waits for a service is not. */
class HungClientTest {
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop-local.localhost\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private Front front;
  private RawService service;
  private Wire client;

  @BeforeEach
  void start() throws IOException {
    front = new Front(IDLE);
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

  private Wire request() throws Exception {
    Wire wire = service.next();
    wire.head();
    return wire;
  }

  @Test
  void a_stream_that_says_nothing_for_long_is_not_cut() throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();
    at.send(OK + "Transfer-Encoding: chunked\r\n\r\n");
    client.head();

    Duration quiet = IDLE.plusSeconds(1);
    await().pollDelay(quiet).atMost(quiet.plusSeconds(5)).until(() -> front.leases() == 1);

    at.send("2\r\nhi\r\n0\r\n\r\n");
    assertThat(client.text(7)).isEqualTo("2\r\nhi\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: shop-local.localhost\r\n",
        "POST / HTTP/1.1\r\nHost: shop-local.localhost\r\nContent-Length: 9\r\n\r\nhel",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: y\r\n",
      })
  void a_client_that_does_not_go_on_with_its_request_is_hung_up_on(String begun) throws Exception {
    client.send(begun);

    assertThat(client.rest()).isEmpty();
    awaitNoLease();
  }

  @Test
  void a_client_that_does_not_take_its_answer_is_hung_up_on() throws Exception {
    client.send(GET + "\r\n");
    Wire at = request();
    at.send(OK + "Content-Length: 1000000000\r\n\r\n");

    assertThatThrownBy(
            () -> {
              while (true) {
                at.send(new byte[64 << 10]);
              }
            })
        .isInstanceOf(SocketException.class);
    awaitNoLease();
  }
}
