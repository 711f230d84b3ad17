package io.pipeforce.broker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.wire.BasicProperties;
import io.pipeforce.broker.wire.FieldTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BindingsTest {
  private static final int MANY = 100_000;

  private final Timers timers = new Timers();
  private final VirtualHost host =
      new VirtualHost(timers, new MemoryGauge(Long.MAX_VALUE, _ -> {}), Long.MAX_VALUE, null);

  @AfterEach
  void stop() {
    timers.close();
  }

  private Queue queue(String name) {
    return host.declareQueue(new QueueDefinition(name, false, false, null, FieldTable.EMPTY), false)
        .queue();
  }

  private int routes(String exchange, String key) {
    Content content = new Content(BasicProperties.NONE, BasicProperties.NONE.encode(), new byte[0]);
    return host.route(host.existingExchange(exchange), Message.published(exchange, key, content))
        .size();
  }

  @Test
  @Timeout(20)
  void a_hundred_thousand_bindings_of_one_exchange_come_and_go_in_linear_time() {
    host.declareExchange("x", "fanout", false, false, false, FieldTable.EMPTY);
    Queue queue = queue("q");
    for (int i = 0; i < MANY; i++) {
      host.bind("x", queue, "k" + i, FieldTable.EMPTY);
    }
    assertThat(routes("x", "")).isOne();
    assertThat(host.bindings()).hasSize(MANY);

    host.deleteExchange("x", false);

    assertThat(host.bindings()).isEmpty();
  }

  @Test
  void what_is_deleted_gives_its_memory_back() {
    long before = host.topologyMemory().octets();
    host.declareExchange("x", "topic", false, true, false, FieldTable.EMPTY);
    for (int i = 0; i < 300; i++) {
      host.bind("x", queue("q" + i), "a." + i, FieldTable.EMPTY);
      host.bind("x", queue("q" + i), "#", FieldTable.EMPTY);
      host.bind("x", queue("q" + i), "#", FieldTable.EMPTY);
    }
    assertThat(routes("x", "a.7")).isEqualTo(300);
    assertThat(host.topologyMemory().octets()).isGreaterThan(before + 300 * 3000);

    for (int i = 0; i < 300; i++) {
      host.deleteQueue("q" + i, null, false, false);
    }

    // The exchange was declared to go with its last binding.
    assertThat(host.exchange("x")).isEmpty();
    assertThat(host.topologyMemory().octets()).isEqualTo(before);
  }
}
