package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.connection;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the first octet to connection.open-ok, as a client library never does it. */
class HandshakeTest extends Contract {

  private static final byte[] AMQP_0_9_1 = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  private static final String LOGIN_REFUSED =
      "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see"
          + " the broker logfile.";

  private byte[] answerTo(int... protocolHeader) throws Exception {
    try (RawClient client = RawClient.connected(broker)) {
      client.bytes(protocolHeader);
      byte[] answer = client.read(8);
      client.expectEnd();
      return answer;
    }
  }

  @Test
  void another_revision_of_0_9_is_offered_0_9_1() throws Exception {
    assertThat(answerTo('A', 'M', 'Q', 'P', 0, 0, 9, 0)).isEqualTo(AMQP_0_9_1);
    assertThat(answerTo('A', 'M', 'Q', 'P', 0, 0, 9, 2)).isEqualTo(AMQP_0_9_1);
  }

  @Test
  @Differs(on310 = "AMQP 0-9-1 is offered")
  void another_protocol_is_offered_1_0() throws Exception {
    byte[] offered = since4(new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0}, AMQP_0_9_1);

    assertThat(answerTo('G', 'E', 'T', ' ', '/', ' ', 'H', 'T')).isEqualTo(offered);
    assertThat(answerTo('A', 'M', 'Q', 'P', '0', '0', '9', '1')).isEqualTo(offered);
    assertThat(answerTo('A', 'M', 'Q', 'P', 1, 1, 0, 10)).isEqualTo(offered);
    assertThat(answerTo('A', 'M', 'Q', 'P', 2, 1, 0, 0)).isEqualTo(offered);
  }

  @Test
  void a_client_that_says_nothing_is_cut_off_after_ten_seconds() throws Exception {
    Instant begin = Instant.now();
    try (RawClient silent = RawClient.connected(broker);
        RawClient greeted = RawClient.started(broker);
        RawClient loggedIn = RawClient.loggedIn(broker)) {
      silent.expectEnd();
      greeted.expectEnd();
      loggedIn.expectEnd();
    }
    assertThat(Duration.between(begin, Instant.now())).isGreaterThan(Duration.ofSeconds(8));
  }

  @Test
  void all_of_the_handshake_may_come_at_once_and_with_heartbeats_in_between() throws Exception {
    try (RawClient client = RawClient.started(broker)) {
      client.frame(RawClient.HEARTBEAT, 0, new byte[0]);
      client.login("PLAIN", "\0guest\0guest");
      client.frame(RawClient.HEARTBEAT, 0, new byte[0]);
      client.tune(RawClient.CHANNEL_MAX, RawClient.FRAME_MAX, Duration.ZERO);
      client.open("/");

      client.expect(AMQP.Connection.Tune.class);
      client.expect(AMQP.Connection.OpenOk.class);
    }
  }

  @Test
  void a_failed_login_is_told_at_once_to_who_can_bear_it() throws Exception {
    try (RawClient client = RawClient.started(broker)) {
      client.login("PLAIN", "\0guest\0wrong");

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(403, LOGIN_REFUSED));
    }
    try (RawClient client = RawClient.started(broker)) {
      client.login("PLAIN", "\0guest\0");

      assertThat(client.refusalDuring(0, 0)).isEqualTo(connection(403, LOGIN_REFUSED));
    }
  }

  @Test
  void other_failures_to_log_in_are_met_with_silence() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    clients.add(loggingIn("PLAIN", "\0guest\0wrong", false));
    clients.add(loggingIn("UNKNOWN", "\0guest\0guest", true));
    clients.add(loggingIn("plain", "\0guest\0guest", true));
    clients.add(loggingIn("", "", true));
    // PLAIN is a zero, the user, a zero, the password, and nobody acts for anybody else
    clients.add(loggingIn("PLAIN", "", true));
    clients.add(loggingIn("PLAIN", "guest", true));
    clients.add(loggingIn("PLAIN", "guest\0guest", true));
    clients.add(loggingIn("PLAIN", "other\0guest\0guest", true));
    clients.add(loggingIn("PLAIN", "\0guest\0guest\0", true));
    // AMQPLAIN is a table of LOGIN and PASSWORD
    clients.add(loggingIn("AMQPLAIN", "", true));
    clients.add(loggingIn("AMQPLAIN", "nonsense", true));
    clients.add(loggingIn("AMQPLAIN", "\5LOGINS\0\0\0\5guest", true));
    try {
      for (RawClient client : clients) {
        client.expectEnd();
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private RawClient loggingIn(String mechanism, String response, boolean wantsToHear)
      throws Exception {
    RawClient client = RawClient.started(broker);
    client.login(mechanism, response.getBytes(US_ASCII), wantsToHear);
    return client;
  }

  @Test
  void amqplain_logs_in_too() throws Exception {
    try (RawClient client =
        loggingIn("AMQPLAIN", "\5LOGINS\0\0\0\5guest\10PASSWORDS\0\0\0\5guest", true)) {
      client.expect(AMQP.Connection.Tune.class);
    }
    try (RawClient client =
        loggingIn("AMQPLAIN", "\5LOGINS\0\0\0\5guest\10PASSWORDS\0\0\0\5wrong", true)) {
      assertThat(client.refusal())
          .isEqualTo(connection(403, LOGIN_REFUSED.replace("PLAIN", "AMQPLAIN")));
    }
  }

  @Test
  @Differs(on310 = "the mechanism is unknown")
  void anonymous_logs_in_too() throws Exception {
    try (RawClient client = loggingIn("ANONYMOUS", "whoever", true)) {
      if (is310()) {
        client.expectEnd();
      } else {
        client.expect(AMQP.Connection.Tune.class);
      }
    }
  }

  @Test
  void the_smallest_limits_are_accepted() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, 8192, Duration.ZERO)) {
      client.channel(1);
    }
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, hours(18))) {
      client.channel(1);
    }
  }

  @Test
  @Differs(on43 = "the smallest frame is 8192 octets")
  void frames_may_be_as_small_as_4096_octets() throws Exception {
    try (RawClient client = RawClient.loggedIn(broker)) {
      client.tune(1, 4096, Duration.ZERO);
      client.open("/");
      if (is43()) {
        client.expectEnd();
      } else {
        client.expect(AMQP.Connection.OpenOk.class);
      }
    }
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  @Test
  void limits_that_were_not_offered_are_met_with_silence() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    clients.add(tuning(RawClient.CHANNEL_MAX, RawClient.FRAME_MAX + 1));
    clients.add(tuning(RawClient.CHANNEL_MAX, 4095));
    clients.add(tuning(RawClient.CHANNEL_MAX, 0));
    clients.add(tuning(RawClient.CHANNEL_MAX + 1, RawClient.FRAME_MAX));
    clients.add(tuning(0, RawClient.FRAME_MAX));
    try {
      for (RawClient client : clients) {
        client.expectEnd();
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private RawClient tuning(int channelMax, int frameMax) throws Exception {
    RawClient client = RawClient.loggedIn(broker);
    client.tune(channelMax, frameMax, Duration.ZERO);
    client.open("/");
    return client;
  }

  @Test
  void what_is_out_of_turn_before_the_login_is_met_with_silence() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        clients.add(RawClient.started(broker));
      }
      clients.get(0).open("/");
      clients.get(1).sendOpen(1);
      clients.get(2).sendClose();
      clients.get(3).frame(9, 0, new byte[3]);
      clients.get(4).frame(RawClient.HEADER, 0, new byte[14]);
      // connection.start-ok without its end
      clients.get(5).frame(RawClient.METHOD, 0, new byte[] {0, 10, 0, 11, 0, 0});
      for (RawClient client : clients) {
        client.expectEnd();
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void a_method_out_of_turn_is_told_to_who_has_logged_in() throws Exception {
    String text = "CHANNEL_ERROR - unexpected method in connection state opening";
    try (RawClient client = tuned()) {
      client.tune(RawClient.CHANNEL_MAX, RawClient.FRAME_MAX, Duration.ZERO);

      assertThat(client.refusalDuring(10, 31)).isEqualTo(connection(504, text));
    }
    try (RawClient client = tuned()) {
      client.sendClose();

      assertThat(client.refusalDuring(10, 50)).isEqualTo(connection(504, text));
    }
    try (RawClient client = tuned()) {
      client.sendOpen(0);

      assertThat(client.refusalDuring(20, 10)).isEqualTo(connection(504, text));
    }
  }

  @Test
  void a_frame_on_a_channel_is_unexpected_until_the_connection_is_open() throws Exception {
    try (RawClient client = tuned()) {
      client.sendOpen(1);

      assertThat(client.refusalDuring(0, 0))
          .isEqualTo(connection(505, "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>"));
    }
    try (RawClient client = tuned()) {
      client.frame(RawClient.BODY, 1, "abc".getBytes(US_ASCII));

      assertThat(client.refusalDuring(0, 0))
          .isEqualTo(connection(505, "UNEXPECTED_FRAME - type 3, all octets = <<\"abc\">>"));
    }
  }

  @Test
  void a_broken_frame_is_told_to_who_has_logged_in() throws Exception {
    try (RawClient client = tuned()) {
      client.frame(RawClient.METHOD, 0, new byte[] {0, 10, 0, 40, 1, '/', 0, 0}, 7);

      assertThat(client.lastWords())
          .isEqualTo(
              connection(
                  501,
                  "FRAME_ERROR - type 1, all octets = <<0,10,0,40,1,47,0,0>>:"
                      + " {invalid_frame_end_marker,7}"));
    }
  }

  private RawClient tuned() throws Exception {
    RawClient client = RawClient.loggedIn(broker);
    client.tune(RawClient.CHANNEL_MAX, RawClient.FRAME_MAX, Duration.ZERO);
    return client;
  }

  @Test
  void an_unknown_virtual_host_is_named() throws Exception {
    assertThat(refusalOf("nowhere"))
        .isEqualTo(connection(530, "NOT_ALLOWED - vhost nowhere not found"));
    assertThat(refusalOf("")).isEqualTo(connection(530, "NOT_ALLOWED - vhost  not found"));
    assertThat(refusalOf("%2f")).isEqualTo(connection(530, "NOT_ALLOWED - vhost %2f not found"));
  }

  @Test
  void a_text_that_is_too_long_for_a_close_is_cut() throws Exception {
    String text = refusalOf("v".repeat(255)).text();

    assertThat(text).isEqualTo("NOT_ALLOWED - vhost " + "v".repeat(232) + "...");
  }

  private Close refusalOf(String virtualHost) throws Exception {
    try (RawClient client = tuned()) {
      client.open(virtualHost);
      return client.refusalDuring(10, 40);
    }
  }

  @Test
  void a_connection_is_opened_once() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.open("/");

      assertThat(client.refusalDuring(10, 40))
          .isEqualTo(
              connection(504, "CHANNEL_ERROR - unexpected method in connection state running"));
    }
  }
}
