package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Logging in, what is negotiated, and how connections and channels end. */
class ConnectionsTest extends Contract {

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  @Test
  void the_broker_tells_what_it_is_capable_of() throws Exception {
    Map<String, Object> server = channel.getConnection().getServerProperties();

    assertThat(server).containsKeys("product", "version", "platform", "capabilities");
    @SuppressWarnings("unchecked")
    Map<String, Object> capabilities = (Map<String, Object>) server.get("capabilities");
    assertThat(capabilities)
        .containsEntry("publisher_confirms", true)
        .containsEntry("exchange_exchange_bindings", true)
        .containsEntry("basic.nack", true)
        .containsEntry("consumer_cancel_notify", true)
        .containsEntry("connection.blocked", true)
        .containsEntry("consumer_priorities", true)
        .containsEntry("authentication_failure_close", true)
        .containsEntry("per_consumer_qos", true)
        .containsEntry("direct_reply_to", true);
  }

  @Test
  void the_broker_proposes_its_limits() throws Exception {
    Connection connection = channel.getConnection();

    assertThat(connection.getFrameMax()).isEqualTo(131072);
    assertThat(connection.getChannelMax()).isEqualTo(2047);
    assertThat(connection.getHeartbeat()).isEqualTo(60);
  }

  @Test
  void the_client_may_ask_for_less() throws Exception {
    ConnectionFactory factory = factory();
    factory.setRequestedFrameMax(16384);
    factory.setRequestedChannelMax(7);
    factory.setRequestedHeartbeat(5);
    try (Connection connection = factory.newConnection()) {
      assertThat(connection.getFrameMax()).isEqualTo(16384);
      assertThat(connection.getChannelMax()).isEqualTo(7);
      assertThat(connection.getHeartbeat()).isEqualTo(5);
    }
  }

  @Test
  void a_wrong_password_is_told() throws Exception {
    ConnectionFactory factory = factory();
    factory.setPassword("wrong");

    assertThatThrownBy(factory::newConnection)
        .isInstanceOf(AuthenticationFailureException.class)
        .hasMessage(
            "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details"
                + " see the broker logfile.");
  }

  @Test
  void an_unknown_user_is_told_in_the_same_words() throws Exception {
    ConnectionFactory factory = factory();
    factory.setUsername("nobody");

    assertThatThrownBy(factory::newConnection)
        .isInstanceOf(AuthenticationFailureException.class)
        .hasMessage(
            "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details"
                + " see the broker logfile.");
  }

  @Test
  void an_unknown_virtual_host_is_told() throws Exception {
    ConnectionFactory factory = factory();
    factory.setVirtualHost("nowhere");

    Throwable refusal = catchThrowable(factory::newConnection);

    assertThat(refusal).hasCauseInstanceOf(ShutdownSignalException.class);
    assertThat(Close.of((ShutdownSignalException) refusal.getCause()))
        .isEqualTo(connection(530, "NOT_ALLOWED - vhost nowhere not found"));
  }

  @Test
  void a_wrong_protocol_header_is_answered_by_the_right_one() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET / HT".getBytes(StandardCharsets.UTF_8));

      byte[] answer = socket.getInputStream().readNBytes(8);

      assertThat(answer).hasSize(8).startsWith('A', 'M', 'Q', 'P');
    }
  }

  @Test
  void the_right_protocol_header_is_answered_by_the_start_of_the_handshake() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(PROTOCOL_HEADER);

      InputStream in = socket.getInputStream();
      byte[] head = in.readNBytes(7);
      byte[] method = in.readNBytes(4);

      assertThat(head).startsWith(1, 0, 0);
      assertThat(method).containsExactly(0, 10, 0, 10);
    }
  }

  @Test
  void no_more_channels_are_opened_than_were_agreed_on() throws Exception {
    ConnectionFactory factory = factory();
    factory.setRequestedChannelMax(2);
    try (Connection connection = factory.newConnection()) {
      assertThat(connection.createChannel()).isNotNull();
      assertThat(connection.createChannel()).isNotNull();
      assertThat(connection.createChannel()).isNull();
    }
  }

  @Test
  void the_close_of_a_channel_leaves_the_others_alone() throws Exception {
    Connection connection = newConnection();
    Channel first = connection.createChannel();
    Channel second = connection.createChannel();

    first.close();

    assertThat(second.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void a_refusal_on_one_channel_leaves_the_others_alone() throws Exception {
    Connection connection = newConnection();
    Channel first = connection.createChannel();
    Channel second = connection.createChannel();

    closeOf(first, () -> first.queueDeclarePassive(name("missing")));

    assertThat(second.queueDeclare().getQueue()).isNotEmpty();
  }

  @Test
  void an_idle_connection_is_kept_alive_by_heartbeats() throws Exception {
    ConnectionFactory factory = factory();
    factory.setRequestedHeartbeat(1);
    String control = queue("x-message-ttl", 3000);
    send(control, "clock");
    try (Connection connection = factory.newConnection()) {
      awaitReady(control, 0);

      assertThat(connection.createChannel().queueDeclare().getQueue()).isNotEmpty();
    }
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket(broker.uri().getHost(), broker.uri().getPort());
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    return socket;
  }
}
