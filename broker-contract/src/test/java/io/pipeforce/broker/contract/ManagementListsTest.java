package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pages, columns, filters and the order of lists of the management HTTP API. */
class ManagementListsTest extends ManagementContract {

  private String prefix;

  @BeforeEach
  void declare_three_queues() throws Exception {
    prefix = passingName("list");
    for (String suffix : List.of("B", "a", "c")) {
      channel.queueDeclare(prefix + suffix, true, false, false, null);
    }
  }

  @AfterEach
  void delete_them() throws Exception {
    for (String suffix : List.of("B", "a", "c")) {
      newChannel().queueDelete(prefix + suffix);
    }
  }

  @Test
  void a_page_tells_how_many_there_are() throws Exception {
    JsonNode page = found("/queues?page=2&page_size=2&name=" + prefix);

    assertThat(names(page.get("items"))).containsExactly(prefix + "c");
    assertThat(page.get("page").asInt()).isEqualTo(2);
    assertThat(page.get("page_size").asInt()).isEqualTo(2);
    assertThat(page.get("page_count").asInt()).isEqualTo(2);
    assertThat(page.get("item_count").asInt()).isEqualTo(1);
    assertThat(page.get("filtered_count").asInt()).isEqualTo(3);
    assertThat(page.get("total_count").asInt()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void names_are_filtered_without_regard_to_case() throws Exception {
    JsonNode page = found("/queues?page=1&name=" + prefix.toUpperCase(Locale.ROOT) + "b");

    assertThat(names(page.get("items"))).containsExactly(prefix + "B");
  }

  @Test
  void names_are_filtered_by_a_regular_expression() throws Exception {
    JsonNode page = found("/queues?page=1&use_regex=true&name=" + prefix + "%5Bac%5D$");

    assertThat(names(page.get("items"))).containsExactly(prefix + "a", prefix + "c");
  }

  @Test
  void a_list_is_sorted_by_a_column() throws Exception {
    String path = "/queues?page=1&name=" + prefix + "&sort=name";

    assertThat(names(found(path).get("items")))
        .containsExactly(prefix + "B", prefix + "a", prefix + "c");
    assertThat(names(found(path + "&sort_reverse=true").get("items")))
        .containsExactly(prefix + "c", prefix + "a", prefix + "B");
  }

  @Test
  @Differs(on310 = "a queue that does not say so shows no type")
  void only_the_columns_asked_for_are_told() throws Exception {
    JsonNode page =
        found("/queues?page=1&columns=name,arguments.x-queue-type,nothing&name=" + prefix + "a");

    assertThat(page.get("items").get(0))
        .isEqualTo(
            JSON.readTree(
                is310()
                    ? "{\"name\":\"%sa\",\"arguments\":{}}".formatted(prefix)
                    : "{\"name\":\"%sa\",\"arguments\":{\"x-queue-type\":\"classic\"}}"
                        .formatted(prefix)));
    assertThat(found("/queues/%2F/" + prefix + "a?columns=durable"))
        .isEqualTo(JSON.readTree("{\"durable\":true}"));
  }

  @Test
  void without_a_page_names_are_not_filtered() throws Exception {
    assertThat(names(found("/queues/%2F?columns=name&name=" + prefix + "a")))
        .contains(prefix + "a", prefix + "B", prefix + "c");
  }

  @Test
  @Differs(on43 = "a broken pattern is accepted")
  void nonsense_about_pages_is_refused() throws Exception {
    assertThat(get("/queues?page=x", 400).body().get("reason").asString())
        .isEqualTo("Pagination parameters are invalid");
    assertThat(get("/queues?page=0", 400).body())
        .isEqualTo(
            JSON.readTree(
                """
                {"error":"invalid_pagination_parameters","reason":"Invalid pagination parameters: page number 0, page size undefined"}\
                """));
    assertThat(get("/queues?page=9&page_size=2&name=" + prefix, 400).body())
        .isEqualTo(
            JSON.readTree(
                """
                {"error":"page_out_of_range","reason":"Page out of range, page: 9 page size: 2, len: 3"}\
                """));
    assertThat(get("/queues?page=1&page_size=501", 400).body().get("error").asString())
        .isEqualTo("invalid_pagination_parameters");
    if (!is43()) {
      get("/queues?page=1&use_regex=true&name=%5Ba", 400);
    }
  }

  @Test
  @Differs(on310 = "the parameter is not known, and statistics are told as soon as there are any")
  void statistics_can_be_left_out() throws Exception {
    JsonNode queue = named(found("/queues/%2F?disable_stats=true"), prefix + "a");

    assertThat(queue.get("durable").asBoolean()).isTrue();
    if (is310()) {
      return;
    }
    assertThat(queue.has("messages")).isFalse();
    assertThat(
            named(found("/queues/%2F?disable_stats=true&enable_queue_totals=true"), prefix + "a")
                .get("messages")
                .asInt())
        .isZero();
  }
}
