package io.pipeforce.broker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.wire.Field;
import io.pipeforce.broker.wire.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SubscriptionsTest {
  private static final QueueSettings CLASSIC = QueueSettings.of(FieldTable.EMPTY);

  private final Timers timers = new Timers();
  private final Queue queue =
      new Queue(
          new QueueDefinition("q", false, false, null, FieldTable.EMPTY),
          new VirtualHost(timers, new MemoryGauge(Long.MAX_VALUE, _ -> {}), Long.MAX_VALUE, null),
          null);

  /** Says what it is told to say. */
  private static final class Switch implements Receiver {
    boolean on = true;

    @Override
    public boolean reserve() {
      return on;
    }

    @Override
    public void deliver(Delivery delivery) {}

    @Override
    public void cancelled() {}
  }

  private Subscription subscription(String tag, int priority, Receiver receiver) {
    return new Subscription(
        queue,
        tag,
        true,
        false,
        0,
        new FieldTable(Map.of("x-priority", new Field.Int32(priority))),
        receiver);
  }

  @Test
  void one_that_cannot_receive_is_passed_over_until_it_is_resumed() {
    Subscriptions subscriptions = new Subscriptions(CLASSIC);
    Switch first = new Switch();
    Subscription a = subscription("a", 0, first);
    Subscription b = subscription("b", 0, new Switch());
    subscriptions.add(a);
    subscriptions.add(b);
    first.on = false;

    assertThat(subscriptions.next()).isEqualTo(b);
    assertThat(subscriptions.next()).isEqualTo(b);
    first.on = true;
    assertThat(subscriptions.next()).as("nobody has resumed it yet").isEqualTo(b);
    subscriptions.resume(a);

    assertThat(subscriptions.next()).isEqualTo(b);
    assertThat(subscriptions.next()).isEqualTo(a);
  }

  @Test
  void lower_priorities_get_what_higher_ones_cannot_take() {
    Subscriptions subscriptions = new Subscriptions(CLASSIC);
    Switch high = new Switch();
    Subscription lowOne = subscription("low", -1, new Switch());
    Subscription highOne = subscription("high", 1, high);
    subscriptions.add(lowOne);
    subscriptions.add(highOne);

    assertThat(subscriptions.next()).isEqualTo(highOne);
    high.on = false;
    assertThat(subscriptions.next()).isEqualTo(lowOne);
  }

  @Test
  void nobody_is_next_when_nobody_can() {
    Subscriptions subscriptions = new Subscriptions(CLASSIC);
    Switch off = new Switch();
    off.on = false;
    Subscription one = subscription("a", 0, off);
    subscriptions.add(one);

    assertThat(subscriptions.next()).isNull();
    subscriptions.resume(one);
    subscriptions.remove(one);
    assertThat(subscriptions.next()).isNull();
    assertThat(subscriptions.isEmpty()).isTrue();
  }

  @Test
  @Timeout(20)
  void a_hundred_thousand_consumers_come_and_go_and_cost_each_message_nothing() {
    for (boolean single : List.of(false, true)) {
      Subscriptions subscriptions =
          new Subscriptions(
              QueueSettings.of(
                  new FieldTable(Map.of("x-single-active-consumer", new Field.Bool(single)))));
      List<Subscription> all = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        Switch off = new Switch();
        off.on = i == 0;
        Subscription each = subscription("c" + i, single ? 0 : -i, off);
        all.add(each);
        subscriptions.requireRoomFor(each);
        subscriptions.add(each);
      }
      for (int i = 0; i < 100_000; i++) {
        assertThat(subscriptions.next()).isSameAs(all.getFirst());
      }
      all.reversed().forEach(subscriptions::remove);
      assertThat(subscriptions.next()).isNull();
      assertThat(subscriptions.isEmpty()).isTrue();
    }
  }

  @Test
  void one_that_was_removed_is_not_asked_again() {
    Subscriptions subscriptions = new Subscriptions(CLASSIC);
    Subscription a = subscription("a", 0, new Switch());
    Subscription b = subscription("b", 0, new Switch());
    subscriptions.add(a);
    subscriptions.add(b);
    subscriptions.remove(a);

    assertThat(subscriptions.next()).isSameAs(b);
    assertThat(subscriptions.next()).isSameAs(b);
  }
}
