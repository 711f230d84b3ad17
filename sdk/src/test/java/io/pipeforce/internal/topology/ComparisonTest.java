package io.pipeforce.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final WantedQueue QUEUE =
      new WantedQueue(
          "svc.hello.Orders.changed",
          Map.of("x-queue-type", "quorum", "x-delivery-limit", 20, "x-dead-letter-exchange", ""),
          List.of(Binding.of("topic", "order.*"), Binding.of("topic", "payment.#")));
  private static final Wanted WANTED =
      new Wanted("svc.hello", List.of(new WantedExchange("topic", "topic")), List.of(QUEUE));

  private final Map<String, String> exchanges = new HashMap<>(Map.of("topic", "topic"));

  @Test
  void nothing_differs_when_all_is_as_wanted() {
    assertThat(differences(found(QUEUE.arguments(), QUEUE.bindings()))).isEmpty();
  }

  @Test
  void a_number_is_the_same_in_every_width() {
    Map<String, Object> arguments = new HashMap<>(QUEUE.arguments());
    arguments.put("x-delivery-limit", 20L);

    assertThat(differences(found(arguments, QUEUE.bindings()))).isEmpty();
  }

  @Test
  void what_is_missing_is_declared_by_the_service() {
    exchanges.clear();

    assertThat(differences())
        .containsExactly(
            "missing: exchange topic (topic); it is declared when the service starts",
            "missing: queue svc.hello.Orders.changed; it is declared when the service starts");
  }

  @Test
  void an_exchange_of_another_type_is_said() {
    exchanges.put("topic", "direct");

    assertThat(differences(found(QUEUE.arguments(), QUEUE.bindings())))
        .containsExactly(
            "other type: exchange topic is of type direct, wanted topic; nothing changes it but"
                + " deleting it with all its bindings, the service then declares it anew");
  }

  @Test
  void bindings_are_missing_or_left_behind() {
    assertThat(
            differences(
                found(
                    QUEUE.arguments(),
                    List.of(Binding.of("topic", "order.*"), Binding.of("topic", "order.old")))))
        .containsExactly(
            "missing: binding of queue svc.hello.Orders.changed to exchange topic with key"
                + " payment.#; it is made when the service starts",
            "left behind: binding of queue svc.hello.Orders.changed to exchange topic with key"
                + " order.old");
  }

  @Test
  void a_binding_with_arguments_is_another_than_the_same_without() {
    Binding odd = new Binding("topic", "order.*", Map.of("x", 1));

    assertThat(
            differences(
                found(
                    QUEUE.arguments(),
                    List.of(
                        Binding.of("topic", "order.*"), Binding.of("topic", "payment.#"), odd))))
        .containsExactly(
            "left behind: binding of queue svc.hello.Orders.changed to exchange topic with key"
                + " order.* and arguments {x=1}");
  }

  @Test
  void what_somebody_bound_to_another_exchange_is_left_alone() {
    assertThat(
            differences(
                found(
                    QUEUE.arguments(),
                    List.of(
                        Binding.of("topic", "order.*"),
                        Binding.of("topic", "payment.#"),
                        Binding.of("amq.fanout", "")))))
        .isEmpty();
  }

  @Test
  void other_arguments_and_properties_are_named_with_both_values() {
    assertThat(
            differences(
                new FoundQueue(
                    QUEUE.name(),
                    false,
                    true,
                    false,
                    Map.of("x-queue-type", "classic", "x-max-length", 5, "x-delivery-limit", 20),
                    QUEUE.bindings(),
                    1,
                    2)))
        .containsExactly(
            "other arguments: queue svc.hello.Orders.changed (1 message, 2 consumers):"
                + " x-dead-letter-exchange wanted '', found none; x-max-length wanted none, found"
                + " 5; x-queue-type wanted quorum, found classic; durable wanted true, found false;"
                + " auto-delete wanted false, found true");
  }

  @Test
  void an_interrupted_migration_is_said_whether_its_queue_exists_or_not() {
    FoundQueue temporary =
        new FoundQueue(
            QUEUE.name() + ".migrating",
            true,
            false,
            false,
            QUEUE.arguments(),
            QUEUE.bindings(),
            7,
            0);
    String text =
        "unfinished: queue svc.hello.Orders.changed.migrating (7 messages, 0 consumers) of an"
            + " interrupted migration of queue svc.hello.Orders.changed";

    assertThat(differences(temporary)).containsExactly(text);
    assertThat(differences(temporary, found(QUEUE.arguments(), QUEUE.bindings())))
        .containsExactly(text);
  }

  @Test
  void a_queue_without_a_handler_is_found_by_its_name() {
    assertThat(
            differences(
                found(QUEUE.arguments(), QUEUE.bindings()), named("svc.hello.Orders.removed")))
        .containsExactly(
            "unused: queue svc.hello.Orders.removed (3 messages, 0 consumers, 0 bindings) has no"
                + " handler");
  }

  @Test
  void the_queues_of_another_service_are_not_unused() {
    assertThat(
            differences(
                found(QUEUE.arguments(), QUEUE.bindings()),
                named("svc.hello.world.Orders.changed"),
                named("svc.hello2.Orders.changed"),
                named("svc.hello"),
                named("svc.hello.Orders.")))
        .isEmpty();
    assertThat(WANTED.concerns("svc.hello.world.Orders.changed")).isFalse();
    assertThat(WANTED.concerns("svc.hello.Orders.changed.migrating")).isTrue();
  }

  @Test
  void after_its_migration_a_queue_has_the_wanted_bindings_and_those_of_others() {
    FoundQueue old =
        found(
            QUEUE.arguments(),
            List.of(Binding.of("topic", "order.old"), Binding.of("amq.fanout", "k")));
    FoundQueue temporary =
        new FoundQueue(
            QUEUE.temporary(),
            true,
            false,
            false,
            QUEUE.arguments(),
            List.of(Binding.of(QUEUE.temporary(), ""), Binding.of("amq.topic", "other")),
            0,
            0);

    assertThat(Comparison.bindingsAfterMigration(QUEUE, List.of(old, temporary)))
        .containsExactly(
            Binding.of("topic", "order.*"),
            Binding.of("topic", "payment.#"),
            Binding.of("amq.fanout", "k"),
            Binding.of("amq.topic", "other"));
  }

  private static FoundQueue found(Map<String, Object> arguments, List<Binding> bindings) {
    return new FoundQueue(QUEUE.name(), true, false, false, arguments, bindings, 0, 0);
  }

  private static FoundQueue named(String name) {
    return new FoundQueue(name, true, false, false, QUEUE.arguments(), List.of(), 3, 0);
  }

  private List<String> differences(FoundQueue... queues) {
    Map<String, FoundQueue> byName = new HashMap<>();
    Arrays.stream(queues).forEach(queue -> byName.put(queue.name(), queue));
    return Comparison.differences(WANTED, new Found(exchanges, byName)).stream()
        .map(Difference::text)
        .toList();
  }
}
