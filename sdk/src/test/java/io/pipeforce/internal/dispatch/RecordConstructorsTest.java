package io.pipeforce.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordConstructorsTest {
  private final PayloadCodec codec = new PayloadCodec();

  public record Item(String name, int count, boolean fresh, double price, long id) {}

  public record Order(
      String id, @Nullable String note, List<Item> items, Optional<Item> gift, Instant at) {}

  public record Positive(int number) {
    public Positive {
      if (number < 1) {
        throw new IllegalArgumentException("must be positive, was: " + number);
      }
    }
  }

  public record Broken(int number, String name) {
    public Broken {
      if (number == 0) {
        throw new AssertionError("an error, no exception");
      }
    }
  }

  public static final class Point {
    final int x;
    final int y;

    @JsonCreator
    public Point(@JsonProperty("x") int x, @JsonProperty("y") int y) {
      this.x = x;
      this.y = y;
    }
  }

  private <T> T read(String json, Class<T> type) throws UndecodableException {
    Object value =
        PayloadCodec.decode(
            codec.reader(type), json.getBytes(StandardCharsets.UTF_8), type.getSimpleName());
    return type.cast(value);
  }

  @Test
  void a_record_of_every_kind_of_component_is_what_was_written() throws Exception {
    Order order =
        new Order(
            "o-1",
            "note",
            List.of(new Item("pen", 2, true, 1.5, 7L << 40), new Item("ink", 0, false, -1, -7)),
            Optional.of(new Item("cap", 1, true, 0, 1)),
            Instant.parse("2026-01-02T03:04:05.678Z"));

    String json = new String(codec.encode(order).body(), StandardCharsets.UTF_8);

    assertThat(read(json, Order.class)).isEqualTo(order);
  }

  @Test
  void what_is_missing_is_null_or_empty() throws Exception {
    Order order = read("{\"id\":\"o\"}", Order.class);

    assertThat(order.note()).isNull();
    assertThat(order.gift()).isEmpty();
  }

  @Test
  void a_class_with_a_creator_is_made_by_it() throws Exception {
    Point point = read("{\"y\":2,\"x\":1}", Point.class);

    assertThat(Map.of("x", point.x, "y", point.y)).isEqualTo(Map.of("x", 1, "y", 2));
  }

  @Test
  void what_a_constructor_throws_is_told_with_its_message() {
    assertThatThrownBy(() -> read("{\"number\":0}", Positive.class))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("must be positive, was: 0");
  }

  @Test
  void an_error_of_a_constructor_stays_an_error() {
    assertThatThrownBy(() -> read("{\"number\":0}", Broken.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage("an error, no exception");
  }
}
