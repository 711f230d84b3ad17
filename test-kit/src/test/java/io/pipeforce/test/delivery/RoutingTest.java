package io.pipeforce.test.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BaseService;
import io.pipeforce.Event;
import io.pipeforce.ServiceRuntime;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

@OnEveryBroker
class RoutingTest extends DeliveryTest {
  private static final List<String> KEYS =
      List.of("", "a", "z", "a.b", "a.c", "a.z", "x.b", "q.z", "a.b.c", "a.x.y.z", "aa.b");

  public static class Patterns extends BaseService {
    final Map<String, Queue<String>> seen = new ConcurrentHashMap<>();

    private void see(String handler, String key) {
      seen.computeIfAbsent(handler, name -> new ConcurrentLinkedQueue<>()).add(key);
    }

    @Event("a.b")
    public void exact(String key) {
      see("exact", key);
    }

    @Event("a.*")
    public void starAtEnd(String key) {
      see("starAtEnd", key);
    }

    @Event("*.b")
    public void starAtStart(String key) {
      see("starAtStart", key);
    }

    @Event("a.*.c")
    public void starInside(String key) {
      see("starInside", key);
    }

    @Event("*")
    public void oneWord(String key) {
      see("oneWord", key);
    }

    @Event("a.#")
    public void hashAtEnd(String key) {
      see("hashAtEnd", key);
    }

    @Event("#.z")
    public void hashAtStart(String key) {
      see("hashAtStart", key);
    }

    @Event("a.#.z")
    public void hashInside(String key) {
      see("hashInside", key);
    }

    @Event("#")
    public void everything(String key) {
      see("everything", key);
    }

    @Event({"a.*", "*.b", "a.b"})
    public void several(String key) {
      see("several", key);
    }
  }

  @Test
  void each_handler_gets_exactly_the_keys_that_its_patterns_match() throws Exception {
    Map<String, List<String>> expected =
        new TreeMap<>(
            Map.of(
                "exact", List.of("a.b"),
                "starAtEnd", List.of("a.b", "a.c", "a.z"),
                "starAtStart", List.of("a.b", "x.b", "aa.b"),
                "starInside", List.of("a.b.c"),
                "oneWord", List.of("a", "z"),
                "hashAtEnd", List.of("a", "a.b", "a.c", "a.z", "a.b.c", "a.x.y.z"),
                "hashAtStart", List.of("z", "a.z", "q.z", "a.x.y.z"),
                "hashInside", List.of("a.z", "a.x.y.z"),
                "everything", KEYS,
                "several", List.of("a.b", "a.c", "a.z", "x.b", "aa.b")));
    Patterns service = new Patterns();
    ServiceRuntime runtime = stage.start(service);

    for (String key : KEYS) {
      runtime.events().send(key, key);
    }

    for (Map.Entry<String, List<String>> handler : expected.entrySet()) {
      Stage.awaitLedger(
          runtime,
          "Patterns." + handler.getKey(),
          deliveries -> deliveries.acked() >= handler.getValue().size());
    }
    runtime.close();
    Map<String, List<String>> seen = new TreeMap<>();
    service.seen.forEach((handler, keys) -> seen.put(handler, List.copyOf(keys)));
    assertThat(seen).isEqualTo(expected);
    for (String handler : expected.keySet()) {
      stage.awaitReady(stage.queue("Patterns." + handler), 0);
      assertThat(runtime.ledger().get("Patterns." + handler).unmatched()).isZero();
    }
  }

  public static class Neighbours extends BaseService {
    final Queue<String> fine = new ConcurrentLinkedQueue<>();

    @Event(
        value = "order.created",
        retry = {"100ms"})
    public void failing(String body) {
      throw new IllegalStateException("always");
    }

    @Event("order.created")
    public void working(String body) {
      fine.add(body);
    }
  }

  @Test
  void two_handlers_of_one_key_get_a_copy_each_and_do_not_disturb_each_other() throws Exception {
    Neighbours service = new Neighbours();
    ServiceRuntime runtime = stage.start(service);

    runtime.events().send("order.created", "1");

    Stage.awaitLedger(runtime, "Neighbours.failing", deliveries -> deliveries.dead() == 1);
    Stage.awaitLedger(runtime, "Neighbours.working", deliveries -> deliveries.acked() == 1);
    assertThat(Stage.header(stage.takeDeadLetter(), "pipeforce-handler"))
        .isEqualTo("Neighbours.failing");
    runtime.close();
    assertThat(service.fine).containsExactly("1");
    assertThat(runtime.ledger().get("Neighbours.working").received()).isEqualTo(1);
    assertThat(runtime.ledger().get("Neighbours.failing").retried()).isEqualTo(1);
  }
}
