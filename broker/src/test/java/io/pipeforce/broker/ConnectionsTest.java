package io.pipeforce.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.broker.session.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionsTest extends BrokerTest {
  @Test
  void the_broker_says_that_it_is_rabbitmq_4_and_what_it_can() {
    Map<String, Object> properties = connection.getServerProperties();

    assertThat(properties.get("product")).hasToString("RabbitMQ");
    assertThat(properties.get("version")).asString().startsWith("4.");
    assertThat(properties.get("capabilities"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("publisher_confirms", true)
        .containsEntry("consumer_cancel_notify", true)
        .containsEntry("connection.blocked", true);
  }

  @Test
  void limits_are_negotiated() throws Exception {
    ConnectionFactory factory = factory();
    factory.setRequestedChannelMax(7);
    factory.setRequestedFrameMax(8192);
    factory.setRequestedHeartbeat(11);

    try (Connection small = factory.newConnection()) {
      assertThat(small.getChannelMax()).isEqualTo(7);
      assertThat(small.getFrameMax()).isEqualTo(8192);
      assertThat(small.getHeartbeat()).isEqualTo(11);
      Channel narrow = small.createChannel();
      narrow.queueDeclare("q", false, false, false, null);
      narrow.basicPublish("", "q", PLAIN, new byte[100_000]);
      assertThat(get("q").getBody()).hasSize(100_000);
    }
  }

  @Test
  void the_defaults_are_those_of_rabbitmq() {
    assertThat(connection.getChannelMax()).isEqualTo(2047);
    assertThat(connection.getFrameMax()).isEqualTo(131_072);
    assertThat(connection.getHeartbeat()).isEqualTo(60);
  }

  @Test
  void a_client_opens_no_more_channels_than_agreed() throws Exception {
    ConnectionFactory factory = factory();
    factory.setRequestedChannelMax(2);
    Connection narrow = factory.newConnection();
    narrow.createChannel(1);
    narrow.createChannel(2);

    assertThat(narrow.createChannel()).isNull();
    narrow.abort();
  }

  @Test
  void a_wrong_password_is_refused_without_a_reason() throws Exception {
    ConnectionFactory factory = factory();
    factory.setPassword("wrong");

    assertThatThrownBy(factory::newConnection)
        .isInstanceOf(AuthenticationFailureException.class)
        .hasMessageContaining(
            "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.");
  }

  @Test
  void an_unknown_virtual_host_is_530() throws Exception {
    ConnectionFactory factory = factory();
    factory.setVirtualHost("elsewhere");

    assertThatThrownBy(factory::newConnection)
        .hasRootCauseInstanceOf(ShutdownSignalException.class)
        .rootCause()
        .hasMessageContaining("reply-code=530")
        .hasMessageContaining("NOT_ALLOWED - vhost elsewhere not found");
  }

  @Test
  void an_error_closes_its_channel_only() throws Exception {
    Channel other = connection.createChannel();

    assertThat(channelError(() -> channel.queueDeclarePassive("nowhere"))).startsWith("404");

    other.queueDeclare("q", false, false, false, null);
    assertThat(connection.createChannel(channel.getChannelNumber())).isNotNull();
  }

  @Test
  void the_close_of_a_channel_names_the_method_that_failed() throws Exception {
    channelError(() -> channel.queueDeclarePassive("nowhere"));

    AMQP.Channel.Close close = (AMQP.Channel.Close) channel.getCloseReason().getReason();
    assertThat(close.getClassId()).isEqualTo(50);
    assertThat(close.getMethodId()).isEqualTo(10);
  }

  @Test
  void closing_the_broker_says_320_to_its_clients() throws Exception {
    CompletableFuture<ShutdownSignalException> signal = new CompletableFuture<>();
    connection.addShutdownListener(signal::complete);

    broker.close();

    AMQP.Connection.Close close =
        (AMQP.Connection.Close) signal.get(SOON.toMillis(), TimeUnit.MILLISECONDS).getReason();
    assertThat(close.getReplyCode()).isEqualTo(320);
    assertThat(close.getReplyText())
        .isEqualTo("CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'");
  }

  @Test
  void a_taken_port_is_reported_with_the_remedy() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> Broker.start(BrokerOptions.local().withPort(port)))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("choose another port");
      assertThatThrownBy(() -> Broker.start(BrokerOptions.local().withManagementPort(port)))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("127.0.0.1:" + port + " for management");
    }
  }

  @Test
  void a_port_is_free_again_when_the_broker_is_closed() throws Exception {
    int port = broker.port();
    broker.close();

    broker = Broker.start(BrokerOptions.local().withPort(port));

    try (Connection again = connect()) {
      assertThat(again.isOpen()).isTrue();
    }
  }

  @Test
  void options_out_of_range_are_refused_at_once() {
    assertThatThrownBy(() -> BrokerOptions.local().withPort(70_000))
        .hasMessage("port must be 0 to 65535, was: 70000");
    assertThatThrownBy(() -> Limits.DEFAULT.withMessageSize(0))
        .hasMessage("messageSize must be positive, was: 0");
  }

  @Test
  void many_connections_at_once_all_get_through() throws Exception {
    List<Connection> many = new ArrayList<>();
    queue("q");
    for (int i = 0; i < 50; i++) {
      Connection each = connect();
      many.add(each);
      each.createChannel().basicPublish("", "q", PLAIN, new byte[10]);
    }

    awaitReady("q", 50);

    for (Connection each : many) {
      each.close();
    }
  }

  @Test
  void a_connection_closed_with_consumers_leaves_none_behind() throws Exception {
    queue("q");
    Connection gone = connect();
    consume(gone.createChannel(), "q", false, Map.of());
    gone.close();

    assertThat(channel.consumerCount("q")).isZero();
  }

  @Test
  void an_io_error_is_what_a_client_sees_of_a_broker_that_is_gone() throws Exception {
    ConnectionFactory factory = factory();
    broker.close();

    assertThatThrownBy(factory::newConnection).isInstanceOf(IOException.class);
  }
}
