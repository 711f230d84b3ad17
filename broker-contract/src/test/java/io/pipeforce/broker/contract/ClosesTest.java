package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.connection;
import static io.pipeforce.broker.contract.RawClient.octets;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.LongStringHelper;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How connections end, and what does not end them, on a raw socket. */
class ClosesTest extends Contract {

  private static final Close WRONG_RECOVER = connection(540, "NOT_IMPLEMENTED - requeue=false");

  @Test
  void after_its_close_a_client_is_heard_no_more() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendClose();
      client.sendPublish(1, queue);
      client.contentHeader(1, 0);
      client.sendQos(1);
      client.frame(9, 1, octets(1));

      client.expect(AMQP.Connection.CloseOk.class);
      client.expectSilence(Duration.ofMillis(300));
      assertThat(ready(queue)).isZero();
    }
  }

  @Test
  void every_close_of_a_client_is_answered_and_it_is_the_client_who_hangs_up() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.sendClose();
      client.expect(AMQP.Connection.CloseOk.class);
      client.sendClose();
      client.expect(AMQP.Connection.CloseOk.class);

      client.expectSilence(Duration.ofMillis(300));
    }
  }

  @Test
  void until_its_close_is_answered_the_broker_hears_nothing() throws Exception {
    String queue = queue();
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongRecover(1);
      Close close = client.closeDuring(60, 110);
      client.sendPublish(1, queue);
      client.contentHeader(1, 0);
      client.sendOpen(2);
      client.sendOpen(0);
      client.frame(9, 1, octets(1));
      client.frame(RawClient.METHOD, 1, octets(0, 60, 0, 80, 1));
      client.frame(RawClient.HEARTBEAT, 0, new byte[0]);
      client.sendCloseOk();

      assertThat(close).isEqualTo(WRONG_RECOVER);
      client.expectEnd();
      assertThat(ready(queue)).isZero();
    }
  }

  @Test
  void closes_of_a_connection_that_cross_are_both_answered() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.sendWrongRecover(1);
      client.expect(AMQP.Connection.Close.class);
      client.sendClose();

      client.expect(AMQP.Connection.CloseOk.class);
      client.sendCloseOk();
      client.expectEnd();
    }
  }

  @Test
  void an_answer_to_a_close_that_nobody_asked_for_is_refused() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.sendCloseOk();

      assertThat(client.refusalDuring(10, 51))
          .isEqualTo(
              connection(504, "CHANNEL_ERROR - unexpected method in connection state running"));
    }
  }

  @Test
  void with_a_heartbeat_an_answer_to_a_close_is_awaited_for_no_longer_than_that() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ofSeconds(1))) {
      client.channel(1);
      client.sendWrongRecover(1);
      client.expect(AMQP.Connection.Close.class);

      client.expectHeartbeatsThenEnd();
    }
  }

  @Test
  void heartbeats_come_twice_as_often_as_agreed() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ofSeconds(1))) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.nextFrame().getType()).isEqualTo(RawClient.HEARTBEAT);
      }
    }
  }

  @Test
  void a_client_that_falls_silent_for_two_heartbeats_is_cut_off_without_a_word() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ofSeconds(1))) {
      int heartbeats = client.expectHeartbeatsThenEnd();

      assertThat(heartbeats).isBetween(3, 6);
    }
  }

  @Test
  void any_octet_is_a_sign_of_life() throws Exception {
    try (RawClient client = RawClient.open(broker, 1, RawClient.FRAME_MAX, Duration.ofSeconds(1))) {
      client.write(RawClient.frameHeader(RawClient.BODY, 1, 1000));
      for (int i = 0; i < 8; i++) {
        assertThat(client.nextFrame().getType()).isEqualTo(RawClient.HEARTBEAT);
        client.bytes(i);
      }
    }
  }

  @Test
  void without_a_heartbeat_none_is_sent() throws Exception {
    try (RawClient client = RawClient.open(broker)) {
      client.expectSilence(Duration.ofSeconds(1));
      client.channel(1);
    }
  }

  @Test
  void a_new_secret_is_acknowledged_whatever_it_is() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      for (String secret : new String[] {"guest", "wrong", ""}) {
        client.send(
            0,
            new AMQP.Connection.UpdateSecret.Builder()
                .newSecret(LongStringHelper.asLongString(secret))
                .reason("a test")
                .build());
        client.expect(AMQP.Connection.UpdateSecretOk.class);
      }
      client.sendQos(1);
      client.expect(AMQP.Basic.QosOk.class);
    }
  }

  @Test
  void a_new_secret_belongs_to_no_channel() throws Exception {
    try (RawClient client = RawClient.withChannel(broker)) {
      client.send(
          1,
          new AMQP.Connection.UpdateSecret.Builder()
              .newSecret(LongStringHelper.asLongString("guest"))
              .reason("a test")
              .build());

      assertThat(client.refusalDuring(10, 70))
          .isEqualTo(connection(503, "COMMAND_INVALID - unimplemented method"));
    }
  }
}
