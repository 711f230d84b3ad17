package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static io.pipeforce.broker.contract.Close.connection;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;

/** The exchange type x-local-random, which RabbitMQ 3.10 does not have. */
class LocalRandomTest extends Contract {

  private static final String ON_3_10 = "the type is unknown, and the connection is closed";

  /** Checks that 3.10 refuses the type; answers whether there is anything else to check. */
  private boolean isMissing() throws Exception {
    if (!is310()) {
      return false;
    }
    Channel own = on(newConnection());
    assertThat(closeOf(own, () -> own.exchangeDeclare(name("random"), "x-local-random")))
        .isEqualTo(connection(503, "COMMAND_INVALID - unknown exchange type 'x-local-random'"));
    return true;
  }

  @Test
  @Differs(on310 = ON_3_10)
  void one_of_the_queues_gets_the_message_whatever_its_key() throws Exception {
    if (isMissing()) {
      return;
    }
    String exchange = exchange("x-local-random");
    String one = queue();
    String other = queue();
    channel.queueBind(one, exchange, "");
    channel.queueBind(other, exchange, "");

    for (int i = 0; i < 60; i++) {
      publish(exchange, "key " + i, "message");
    }

    int ofOne = ready(one);
    assertThat(ofOne).isBetween(5, 55);
    assertThat(ready(other)).isEqualTo(60 - ofOne);
  }

  @Test
  @Differs(on310 = ON_3_10)
  void a_random_exchange_without_queues_routes_nothing() throws Exception {
    if (isMissing()) {
      return;
    }
    assertThat(Unroutable.probe(channel, exchange("x-local-random"), "key")).isTrue();
  }

  @Test
  @Differs(on310 = ON_3_10)
  void queues_are_bound_to_a_random_exchange_without_a_key() throws Exception {
    if (isMissing()) {
      return;
    }
    String exchange = exchange("x-local-random");
    String queue = queue();

    assertThat(refused(() -> channel.queueBind(queue, exchange, "k")))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - Non empty binding 'k' key not permitted"));
  }

  @Test
  @Differs(on310 = ON_3_10)
  void neither_exchanges_nor_quorum_queues_are_bound_to_a_random_exchange() throws Exception {
    if (isMissing()) {
      return;
    }
    String exchange = exchange("x-local-random");
    String target = exchange("fanout");
    String quorum = quorumQueue();

    assertThat(refused(() -> channel.exchangeBind(target, exchange, "")))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - Destination not found"));
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queueBind(quorum, exchange, "")))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - Queue type rabbit_quorum_queue not valid for this exchange"
                    + " type"));
  }
}
