package io.pipeforce.internal.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.pipeforce.internal.dispatch.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = NOW.plusSeconds(60);

  private final BasicProperties fresh =
      new BasicProperties.Builder()
          .messageId("m1")
          .userId("guest")
          .expiration("5000")
          .priority(3)
          .headers(
              Map.of(
                  "tenant",
                  "a",
                  "CC",
                  List.of("other.key"),
                  "x-death",
                  List.of(Map.of("count", 1L)),
                  "x-delivery-count",
                  4L))
          .build();

  @Test
  void a_fresh_message_is_at_its_first_attempt() {
    assertThat(Provenance.of("ex", "order.new", fresh))
        .isEqualTo(new Provenance("ex", "order.new", 1, 0, Optional.empty()));
  }

  @Test
  void a_retried_message_remembers_where_it_came_from() {
    BasicProperties second = Provenance.of("ex", "order.new", fresh).retried(fresh, NOW);
    Provenance back = Provenance.of("", "pipeforce.service.s.h", second);
    BasicProperties third = back.retried(second, LATER);

    assertThat(back).isEqualTo(new Provenance("ex", "order.new", 2, 0, Optional.of(NOW)));
    assertThat(Provenance.of("", "pipeforce.service.s.h", third))
        .isEqualTo(new Provenance("ex", "order.new", 3, 0, Optional.of(NOW)));
  }

  @Test
  void what_the_broker_would_act_on_again_is_taken_off_or_kept_under_our_name() {
    BasicProperties retried = Provenance.of("ex", "order.new", fresh).retried(fresh, NOW);

    assertThat(retried.getHeaders())
        .containsEntry("tenant", "a")
        .containsEntry(Headers.CC, List.of("other.key"))
        .containsEntry(Headers.USER_ID, "guest")
        .doesNotContainKeys("CC", "x-death", "x-delivery-count");
    assertThat(retried.getUserId()).isNull();
    assertThat(retried.getExpiration()).isNull();
    assertThat(retried.getDeliveryMode()).isEqualTo(2);
    assertThat(retried.getMessageId()).isEqualTo("m1");
    assertThat(retried.getPriority()).isEqualTo(3);
  }

  @Test
  void a_dead_letter_tells_its_whole_story() {
    Provenance provenance = new Provenance("ex", "order.new", 3, 0, Optional.of(NOW));
    IllegalStateException error = new IllegalStateException("no stock");

    BasicProperties dead =
        provenance.dead(
            fresh, new Outcome.Dead("failed 3 times", error), "shop", "Orders.onNew", "q", LATER);

    assertThat(dead.getHeaders())
        .containsEntry(Headers.REASON, "failed 3 times")
        .containsEntry(Headers.EXCEPTION, "java.lang.IllegalStateException")
        .containsEntry(Headers.ATTEMPTS, 3)
        .containsEntry(Headers.FIRST_FAILED, NOW.toString())
        .containsEntry(Headers.LAST_FAILED, LATER.toString())
        .containsEntry(Headers.EXCHANGE, "ex")
        .containsEntry(Headers.KEY, "order.new")
        .containsEntry(Headers.SERVICE, "shop")
        .containsEntry(Headers.HANDLER, "Orders.onNew")
        .containsEntry(Headers.QUEUE, "q")
        .containsEntry("tenant", "a");
    assertThat(dead.getHeaders().get(Headers.STACK).toString())
        .contains("no stock")
        .contains("ProvenanceTest")
        .hasSizeLessThanOrEqualTo(4001);
  }

  @Test
  void a_redelivery_that_the_queue_does_not_count_is_counted_by_us() {
    BasicProperties again = Provenance.of("ex", "k", fresh).redelivered(fresh);

    assertThat(Provenance.of("", "q", again))
        .isEqualTo(new Provenance("ex", "k", 1, 1, Optional.empty()));
  }

  @Test
  void nonsense_in_our_headers_is_no_reason_to_fail() {
    BasicProperties odd =
        new BasicProperties.Builder()
            .headers(Map.of(Headers.ATTEMPT, "many", Headers.FIRST_FAILED, "yesterday"))
            .build();

    assertThat(Provenance.of("ex", "k", odd))
        .isEqualTo(new Provenance("ex", "k", 1, 0, Optional.empty()));
  }
}
