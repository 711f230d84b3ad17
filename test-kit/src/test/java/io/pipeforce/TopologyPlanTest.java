package io.pipeforce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyPlanTest extends TopologyTest {

  @Test
  void the_plan_of_a_service_that_never_ran_names_all_that_is_missing() {
    Run plan = topology("plan");

    assertThat(plan.lines())
        .containsExactly(
            "missing: exchange " + exchange + " (topic); it is declared when the service starts",
            "missing: exchange " + DELAY + " (fanout); it is declared when the service starts",
            "missing: queue " + deadLetters + "; it is declared when the service starts",
            "missing: queue " + queue + "; it is declared when the service starts",
            "missing: queue " + DELAY + "; it is declared when the service starts",
            service + " on " + address() + ": 5 differences");
    assertThat(plan.exit()).isEqualTo(4);
  }

  @Test
  void nothing_differs_after_the_service_has_declared_what_it_needs() throws Exception {
    startAndStopTheService();

    Run plan = topology("plan");

    assertThat(plan.lines()).containsExactly(service + " on " + address() + ": nothing differs");
    assertThat(plan.exit()).isZero();
  }

  @Test
  void the_plan_shows_every_kind_of_difference() throws Exception {
    startAndStopTheService();
    channel.queueDelete(queue);
    declareOld("classic");
    channel.queueUnbind(queue, exchange, "order.paid");
    channel.queueBind(queue, exchange, "order.deleted");
    channel.queueBind(queue, "amq.topic", "somebody.elses");
    channel.queueDeclare(temporary, true, false, false, Map.of("x-queue-type", "quorum"));
    channel.queueDeclare(unused(), true, false, false, Map.of("x-queue-type", "classic"));
    channel.queueBind(unused(), exchange, "order.removed");
    channel.queueDelete(deadLetters);
    channel.basicPublish(exchange, "order.removed", null, body(1));
    channel.basicPublish(exchange, "order.removed", null, body(2));
    publish(0, 1);

    Run plan = topology("plan");

    assertThat(plan.lines())
        .containsExactly(
            "missing: queue " + deadLetters + "; it is declared when the service starts",
            "unfinished: queue "
                + temporary
                + " (0 messages, 0 consumers) of an interrupted migration of queue "
                + queue,
            "other arguments: queue "
                + queue
                + " (1 message, 0 consumers): x-dead-letter-exchange wanted '', found none;"
                + " x-dead-letter-routing-key wanted "
                + deadLetters
                + ", found none; x-dead-letter-strategy wanted at-least-once, found none;"
                + " x-delivery-limit wanted 20, found none; x-overflow wanted reject-publish,"
                + " found none; x-queue-type wanted quorum, found classic",
            "missing: binding of queue "
                + queue
                + " to exchange "
                + exchange
                + " with key order.paid; it is made when the service starts",
            "left behind: binding of queue "
                + queue
                + " to exchange "
                + exchange
                + " with key order.deleted",
            "unused: queue "
                + unused()
                + " (2 messages, 0 consumers, 1 binding) has no handler; when its messages are no"
                + " longer needed: curl -u guest -X DELETE '"
                + broker.management().orElseThrow()
                + "/api/queues/%2F/"
                + unused()
                + "'",
            service + " on " + address() + ": 6 differences, 3 for pi topology apply");
    assertThat(plan.exit()).isEqualTo(4);
  }

  @Test
  void a_management_api_that_does_not_answer_is_named_with_what_to_do() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    Run plan = topology("plan", "--management", "http://127.0.0.1:" + free);

    assertThat(plan.exit()).isEqualTo(3);
    assertThat(plan.err())
        .contains("no management API answers at http://127.0.0.1:" + free)
        .contains("--management URL or PIPEFORCE_MANAGEMENT_URL")
        .contains("rabbitmq-plugins enable rabbitmq_management");
  }

  @Test
  void a_refused_login_is_told_from_an_absent_api_and_the_password_is_not_repeated() {
    String url = broker.management().orElseThrow().toString().replace("//", "//guest:wrong-word@");

    Run plan = topology("plan", "--management", url);

    assertThat(plan.exit()).isEqualTo(3);
    assertThat(plan.err()).contains("refused the user 'guest'").doesNotContain("wrong-word");
  }

  @Test
  void the_management_api_of_another_broker_is_refused() {
    Optional<String> other =
        brokers()
            .filter(candidate -> !candidate.equals(broker))
            .findFirst()
            .map(candidate -> candidate.management().orElseThrow().toString());
    org.junit.jupiter.api.Assumptions.assumeTrue(other.isPresent(), "needs a second broker");

    Run plan = topology("apply", "--management", other.orElseThrow());

    assertThat(plan.exit()).isEqualTo(1);
    assertThat(plan.err()).contains("belongs to cluster").contains("--management URL");
  }

  private String address() {
    return "amqp://guest@" + broker.uri().getHost() + ":" + broker.uri().getPort();
  }
}
