package io.pipeforce.broker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The numbers of the management HTTP API: counts that are exact, rates that are plausible. */
class ManagementStatisticsTest extends ManagementContract {

  private static final int PER_TENTH_OF_A_SECOND = 50;

  @Test
  void counts_are_exact_and_rates_plausible_under_load() throws Exception {
    String exchange = exchange("topic");
    String queue = queue();
    String other = queue();
    channel.queueBind(queue, exchange, "order.#");
    channel.queueBind(other, exchange, "order.#");
    Channel consumer = newChannel();
    consumer.basicQos(100);
    Inbox inbox = consume(consumer, queue, false);
    AtomicInteger published = new AtomicInteger();

    try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
      clock.scheduleAtFixedRate(
          () -> publishSome(exchange, published), 0, 100, TimeUnit.MILLISECONDS);
      double rate =
          await()
              .atMost(STATISTICS)
              .until(() -> rate(queue, "publish"), seen -> seen > 250 && seen < 1000);
      await()
          .atMost(STATISTICS)
          .untilAsserted(() -> {
            JsonNode stats = found("/exchanges/%2F/" + exchange).path("message_stats");
            double in = stats.path("publish_in_details").path("rate").asDouble(0);
            double out = stats.path("publish_out_details").path("rate").asDouble(0);
            assertThat(in).isBetween(rate / 3, rate * 3);
            assertThat(out).isBetween(in * 1.2, in * 3);
          });
      assertThat(
              found("/overview")
                  .path("message_stats")
                  .path("publish_details")
                  .path("rate")
                  .asDouble(0))
          .isGreaterThan(100);
      clock.shutdown();
    }
    int count = published.get();
    channel.basicPublish(exchange, "no.such", true, null, "lost".getBytes(UTF_8));
    int unacknowledged = Math.min(100, count);
    await().atMost(PATIENCE).until(() -> inbox.waiting() >= unacknowledged);
    consumer.basicAck(10, true);
    takeMessage(other);

    await()
        .atMost(STATISTICS)
        .untilAsserted(() -> {
          JsonNode first = found("/queues/%2F/" + queue);
          assertThat(first.path("messages").asInt(-1)).isEqualTo(count - 10);
          assertThat(first.path("messages_unacknowledged").asInt(-1)).isEqualTo(100);
          assertCounts(
              first,
              "publish",
              count,
              "deliver",
              110,
              "deliver_get",
              110,
              "ack",
              10,
              "get",
              0,
              "redeliver",
              0);
          JsonNode second = found("/queues/%2F/" + other);
          assertThat(second.path("messages_ready").asInt(-1)).isEqualTo(count - 1);
          assertCounts(second, "publish", count, "get_no_ack", 1, "deliver_get", 1, "ack", 0);
          assertCounts(
              found("/exchanges/%2F/" + exchange),
              "publish_in",
              count + 1,
              "publish_out",
              2 * count);
        });
    await().atMost(STATISTICS).untilAsserted(() -> assertThat(rate(queue, "publish")).isZero());
  }

  private void publishSome(String exchange, AtomicInteger published) {
    try {
      for (int i = 0; i < PER_TENTH_OF_A_SECOND; i++) {
        channel.basicPublish(exchange, "order.new", MessageProperties.MINIMAL_BASIC, new byte[100]);
        published.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double rate(String queue, String what) throws Exception {
    return found("/queues/%2F/" + queue)
        .path("message_stats")
        .path(what + "_details")
        .path("rate")
        .asDouble(0);
  }

  private static void assertCounts(JsonNode described, Object... namesAndCounts) {
    JsonNode stats = described.path("message_stats");
    for (int i = 0; i < namesAndCounts.length; i += 2) {
      String name = (String) namesAndCounts[i];
      assertThat(stats.path(name).asInt(-1)).as(name).isEqualTo(namesAndCounts[i + 1]);
    }
  }

  @Test
  void a_queue_that_nothing_happened_to_has_no_message_statistics() throws Exception {
    assertThat(found("/queues/%2F/" + queue()).has("message_stats")).isFalse();
  }

  @Test
  void a_dead_letter_does_not_count_as_published_and_a_refused_message_does() throws Exception {
    String graveyard = queue();
    String queue =
        queue(
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            graveyard,
            "x-max-length",
            1,
            "x-overflow",
            "reject-publish");
    for (String body : List.of("1", "2")) {
      channel.basicPublish("", queue, MessageProperties.BASIC, body.getBytes(UTF_8));
    }
    channel.basicReject(get(queue).getEnvelope().getDeliveryTag(), false);
    take(graveyard);

    await()
        .atMost(STATISTICS)
        .untilAsserted(() -> {
          assertCounts(found("/queues/%2F/" + queue), "publish", 2, "get", 1, "ack", 0);
          JsonNode dead = found("/queues/%2F/" + graveyard);
          assertCounts(dead, "get_no_ack", 1);
          assertThat(dead.path("message_stats").has("publish")).isFalse();
        });
  }

  @Test
  void a_channel_counts_what_went_through_it() throws Exception {
    String queue = queue();
    channel.confirmSelect();
    for (String body : List.of("1", "2")) {
      channel.basicPublish("", queue, MessageProperties.BASIC, body.getBytes(UTF_8));
    }
    channel.basicPublish("", passingName("missing"), true, null, new byte[1]);
    channel.basicPublish("", passingName("missing"), null, new byte[1]);
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    long tag = get(queue).getEnvelope().getDeliveryTag();
    channel.basicNack(tag, false, true);
    channel.basicAck(get(queue).getEnvelope().getDeliveryTag(), false);
    channel.basicGet(queue, true);
    channel.basicGet(queue, true);
    Inbox marker = consume(queue);

    String name =
        await()
            .atMost(STATISTICS)
            .until(() -> nameOfChannel(marker.tag()), each -> !each.isEmpty());
    await()
        .atMost(STATISTICS)
        .untilAsserted(() ->
            assertCounts(
                named(found("/channels"), name),
                "publish",
                4,
                "confirm",
                4,
                "return_unroutable",
                1,
                "drop_unroutable",
                1,
                "get",
                2,
                "get_no_ack",
                1,
                "redeliver",
                1,
                "ack",
                1));
  }

  private String nameOfChannel(String consumerTag) throws Exception {
    return found("/consumers/%2F")
        .valueStream()
        .filter(each -> each.get("consumer_tag").asString().equals(consumerTag))
        .map(each -> each.get("channel_details").get("name").asString())
        .findFirst()
        .orElse("");
  }

  @Test
  void the_broker_counts_its_objects() throws Exception {
    queue();
    consume(queue());

    await()
        .atMost(STATISTICS)
        .untilAsserted(() -> {
          JsonNode totals = found("/overview").get("object_totals");
          assertThat(totals.get("queues").asInt()).isGreaterThanOrEqualTo(2);
          assertThat(totals.get("connections").asInt()).isPositive();
          assertThat(totals.get("channels").asInt()).isPositive();
          assertThat(totals.get("consumers").asInt()).isPositive();
          assertThat(totals.get("exchanges").asInt()).isGreaterThanOrEqualTo(7);
        });
  }
}
