package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Publisher confirms. */
class ConfirmsTest extends Contract {

  private record Confirm(boolean ack, long tag, boolean multiple) {}

  private final BlockingQueue<Confirm> confirms = new LinkedBlockingQueue<>();

  @Test
  void every_message_is_confirmed_once_counting_from_1() throws Exception {
    String queue = queue();
    listen();
    int messages = 100;
    for (int i = 0; i < messages; i++) {
      channel.basicPublish("", queue, null, new byte[0]);
    }

    Set<Long> open =
        LongStream.rangeClosed(1, messages).boxed().collect(Collectors.toCollection(TreeSet::new));
    while (!open.isEmpty()) {
      Confirm confirm = next();
      assertThat(confirm.ack()).isTrue();
      if (confirm.multiple()) {
        assertThat(open.removeIf(tag -> tag <= confirm.tag())).isTrue();
      } else {
        assertThat(open.remove(confirm.tag())).as("confirmed once: %s", confirm).isTrue();
      }
    }
    assertThat(ready(queue)).isEqualTo(messages);
  }

  @Test
  void numbers_go_on_when_confirms_are_selected_again() throws Exception {
    String queue = queue();
    listen();
    channel.basicPublish("", queue, null, new byte[0]);
    assertThat(next()).isEqualTo(new Confirm(true, 1, false));

    channel.rpc(new AMQP.Confirm.Select.Builder().build());
    channel.basicPublish("", queue, null, new byte[0]);

    assertThat(next().tag()).isEqualTo(2);
  }

  @Test
  void an_unroutable_message_is_confirmed() throws Exception {
    listen();

    channel.basicPublish("amq.direct", "nobody", null, new byte[0]);

    assertThat(next()).isEqualTo(new Confirm(true, 1, false));
  }

  @Test
  void a_message_on_a_quorum_queue_is_confirmed() throws Exception {
    String queue = quorumQueue();
    listen();

    channel.basicPublish("", queue, null, new byte[0]);

    assertThat(next()).isEqualTo(new Confirm(true, 1, false));
    awaitReady(queue, 1);
  }

  @Test
  void a_full_queue_that_rejects_publishes_answers_with_a_nack() throws Exception {
    String queue = queue("x-max-length", 1, "x-overflow", "reject-publish");
    listen();
    channel.basicPublish("", queue, null, "kept".getBytes(UTF_8));
    assertThat(next().ack()).isTrue();

    channel.basicPublish("", queue, null, "refused".getBytes(UTF_8));

    Confirm nack = next();
    assertThat(nack.ack()).isFalse();
    assertThat(nack.tag()).isEqualTo(2);
    assertThat(take(queue)).isEqualTo("kept");
    assertThat(ready(queue)).isZero();
  }

  @Test
  void one_full_queue_among_several_answers_with_a_nack_and_the_others_keep_the_message()
      throws Exception {
    String exchange = exchange("fanout");
    String full = queue("x-max-length", 0, "x-overflow", "reject-publish");
    String free = queue();
    channel.queueBind(full, exchange, "");
    channel.queueBind(free, exchange, "");
    listen();

    channel.basicPublish(exchange, "", null, "hello".getBytes(UTF_8));

    assertThat(next().ack()).isFalse();
    assertThat(take(free)).isEqualTo("hello");
  }

  @Test
  void a_queue_that_drops_its_oldest_message_confirms_the_new_one() throws Exception {
    String queue = queue("x-max-length", 1);
    listen();
    channel.basicPublish("", queue, null, "old".getBytes(UTF_8));
    channel.basicPublish("", queue, null, "new".getBytes(UTF_8));

    List<Long> acked = new ArrayList<>();
    while (Collections.max(acked.isEmpty() ? List.of(0L) : acked) < 2) {
      Confirm confirm = next();
      assertThat(confirm.ack()).isTrue();
      acked.add(confirm.tag());
    }
    assertThat(take(queue)).isEqualTo("new");
  }

  @Test
  void confirms_and_transactions_exclude_each_other() throws Exception {
    channel.confirmSelect();
    assertThat(refused(() -> channel.txSelect()))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - cannot switch from confirm to tx mode"));

    Channel second = newChannel();
    second.txSelect();
    assertThat(closeOf(second, () -> second.confirmSelect()))
        .isEqualTo(channel(406, "PRECONDITION_FAILED - cannot switch from tx to confirm mode"));
  }

  private void listen() throws Exception {
    channel.addConfirmListener(
        (tag, multiple) -> confirms.add(new Confirm(true, tag, multiple)),
        (tag, multiple) -> confirms.add(new Confirm(false, tag, multiple)));
    channel.confirmSelect();
  }

  private Confirm next() throws InterruptedException {
    Confirm confirm = confirms.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(confirm).as("a confirm").isNotNull();
    return confirm;
  }
}
