package io.pipeforce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.pipeforce.test.internal.RealBrokers;
import io.pipeforce.test.internal.TestBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("brokers")
class QueueLookTest {
  private static final String QUEUE = "queue-look-test";
  private static final OptionalLong NO_LIMIT = OptionalLong.empty();

  @Parameter private TestBroker broker;

  private Connection connection;
  private Channel channel;
  private QueueLook look;

  static Stream<TestBroker> brokers() {
    return RealBrokers.all();
  }

  @BeforeEach
  void connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.queueDelete(QUEUE);
    look = QueueLook.open(BrokerAddress.parse(broker.uri().toString()));
  }

  @AfterEach
  void disconnect() throws Exception {
    look.close();
    channel.queueDelete(QUEUE);
    connection.close();
  }

  private void fiveMessages(Map<String, Object> arguments) throws Exception {
    channel.queueDeclare(QUEUE, true, false, false, arguments);
    for (int i = 1; i <= 5; i++) {
      channel.basicPublish("", QUEUE, null, ("m" + i).getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie(10_000);
  }

  private List<String> looked(int most, OptionalLong limit) {
    return look.messages(QUEUE, most, limit).stream().map(Message::text).toList();
  }

  @Test
  void thirty_looks_at_a_classic_queue_leave_all_as_it_was() throws Exception {
    fiveMessages(Map.of("x-queue-type", "classic"));
    thirtyLooks(NO_LIMIT);
  }

  @Test
  void thirty_looks_at_dead_letters_leave_all_as_it_was() throws Exception {
    // As the SDK declares their queue: before 4.0, -1 would be a limit of none.
    boolean before4 = broker.name().equals("rabbitmq-3.10");
    fiveMessages(
        before4
            ? Map.of("x-queue-type", "quorum")
            : Map.of("x-queue-type", "quorum", "x-delivery-limit", -1));
    thirtyLooks(NO_LIMIT);
  }

  private void thirtyLooks(OptionalLong limit) {
    for (int i = 0; i < 30; i++) {
      // A quorum queue takes messages back in its own time.
      await()
          .untilAsserted(() -> assertThat(look.count(QUEUE).orElseThrow().messages()).isEqualTo(5));
      assertThat(looked(2, limit)).containsExactly("m1", "m2");
    }
    await()
        .untilAsserted(
            () -> assertThat(looked(9, limit)).containsExactly("m1", "m2", "m3", "m4", "m5"));
  }

  @Test
  void looks_lose_no_message_of_a_queue_that_takes_each_back_twice_only() throws Exception {
    fiveMessages(Map.of("x-queue-type", "quorum", "x-delivery-limit", 2));

    for (int i = 0; i < 10; i++) {
      await()
          .untilAsserted(() -> assertThat(look.count(QUEUE).orElseThrow().messages()).isEqualTo(5));
      assertThat(looked(3, OptionalLong.of(2))).hasSize(3);
    }

    await()
        .untilAsserted(() ->
            assertThat(looked(9, OptionalLong.of(2)))
                .containsExactlyInAnyOrder("m1", "m2", "m3", "m4", "m5"));
  }

  @Test
  void a_queue_that_is_not_there_has_no_count_and_cannot_be_looked_into() {
    assertThat(look.count(QUEUE)).isEqualTo(Optional.empty());
    assertThatThrownBy(() -> looked(1, NO_LIMIT))
        .isInstanceOf(MessagingException.class)
        .hasMessageContaining("no queue '" + QUEUE + "'");
    assertThat(look.count(QUEUE)).isEmpty();
  }
}
