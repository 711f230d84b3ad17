package io.pipeforce.broker.contract;

import static io.pipeforce.broker.contract.Close.channel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What queues and exchanges may be called, and which of them is meant. */
class NamesTest extends Contract {

  @Test
  void a_name_may_hold_any_character_and_255_octets() throws Exception {
    String stem = name("");
    for (String ending : List.of(" ", "\t", "/", "%2f", "\0", "äöü", "𝄞")) {
      assertThat(exclusive(stem + ending)).isEqualTo(stem + ending);
    }
    String longest = stem + "x".repeat(255 - stem.length());
    assertThat(exclusive(longest)).isEqualTo(longest);
  }

  @Test
  void the_reserved_prefix_ends_with_its_dot_and_is_written_small() throws Exception {
    String rest = passingName("");

    assertThat(exclusive("amq" + rest)).isEqualTo("amq" + rest);
    assertThat(exclusive("AMQ." + rest)).isEqualTo("AMQ." + rest);
    assertThat(refused(() -> exclusive("amq.")))
        .isEqualTo(
            channel(403, "ACCESS_REFUSED - queue name 'amq.' contains reserved prefix 'amq.*'"));
  }

  @Test
  void a_name_of_line_breaks_is_no_name() throws Exception {
    assertThat(exclusive("\r\n")).startsWith("amq.gen-");
  }

  private String exclusive(String name) throws Exception {
    return channel.queueDeclare(name, false, true, false, null).getQueue();
  }

  @Test
  void a_queue_named_by_the_broker_is_the_last_one_even_where_nobody_was_told() throws Exception {
    channel.queueDeclareNoWait("", false, true, false, null);

    assertThat(channel.basicGet("", true)).isNull();
  }

  @Test
  void what_a_missing_queue_is_asked_for_without_a_name_is_refused() throws Exception {
    Close nothingDeclared = channel(404, "NOT_FOUND - no previously declared queue");

    assertThat(refused(() -> channel.basicGet("", true))).isEqualTo(nothingDeclared);
    Channel second = newChannel();
    assertThat(closeOf(second, () -> second.queuePurge(""))).isEqualTo(nothingDeclared);
    Channel third = newChannel();
    assertThat(closeOf(third, () -> third.queueDelete(""))).isEqualTo(nothingDeclared);
    Channel fourth = newChannel();
    assertThat(closeOf(fourth, () -> fourth.queueBind("", "amq.direct", "k")))
        .isEqualTo(nothingDeclared);
    Channel fifth = newChannel();
    assertThat(closeOf(fifth, () -> fifth.basicConsume("", true, new Inbox(fifth))))
        .isEqualTo(nothingDeclared);
  }

  @Test
  void a_predefined_exchange_may_be_declared_as_it_is() throws Exception {
    channel.exchangeDeclare("amq.direct", "direct", true);

    assertThat(refused(() -> channel.exchangeDeclare("amq.direct", "topic", true)).text())
        .startsWith("PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.direct'");
  }

  @Test
  void deleting_a_queue_tells_first_that_it_is_not_empty() throws Exception {
    String queue = queue();
    Channel consumer = newChannel();
    consumer.basicQos(1);
    Inbox inbox = consume(consumer, queue, false);
    send(queue, "1", "2");
    inbox.next();

    assertThat(refused(() -> channel.queueDelete(queue, true, true)))
        .isEqualTo(
            channel(406, "PRECONDITION_FAILED - queue '" + queue + "' in vhost '/' not empty"));
  }

  @Test
  void a_wrong_declare_is_refused_even_where_no_answer_is_wanted() throws Exception {
    String queue = name("queue");

    assertThat(
            refused(() ->
                channel.queueDeclareNoWait(queue, true, false, false, arguments("x-expires", 0))))
        .isEqualTo(
            channel(
                406,
                "PRECONDITION_FAILED - invalid arg 'x-expires' for queue '"
                    + queue
                    + "' in vhost '/': {value_zero,0}"));
  }

  @Test
  void an_alternate_exchange_must_be_text() throws Exception {
    String exchange = name("exchange");

    assertThat(
            refused(() ->
                    channel.exchangeDeclare(
                        exchange, "direct", false, true, arguments("alternate-exchange", 5)))
                .code())
        .isEqualTo(406);
  }

  @Test
  void a_binding_of_another_type_of_value_is_another_binding() throws Exception {
    String queue = queue();
    channel.queueBind(queue, "amq.direct", queue, arguments("a", 1));

    channel.queueUnbind(queue, "amq.direct", queue, arguments("a", 1L));
    publish("amq.direct", queue, "still bound");
    channel.queueUnbind(queue, "amq.direct", queue, arguments("a", 1));

    assertThat(take(queue)).isEqualTo("still bound");
    assertThat(Unroutable.probe(channel, "amq.direct", queue)).isTrue();
  }

  @Test
  void unbinding_what_is_not_bound_succeeds_even_where_the_queue_is_locked() throws Exception {
    String locked = passingName("locked");
    newConnection().createChannel().queueDeclare(locked, false, true, false, null);

    channel.queueUnbind(locked, "amq.direct", "k");
    channel.queueUnbind(locked, passingName("missing"), "k");

    assertThat(refused(() -> channel.queueBind(locked, "amq.direct", "k")).code()).isEqualTo(405);
  }

  @Test
  void an_exchange_bound_to_itself_routes_nothing_by_that() throws Exception {
    String exchange = exchange("direct");
    channel.exchangeBind(exchange, exchange, "k");

    assertThat(Unroutable.probe(channel, exchange, "k")).isTrue();
  }

  @Test
  void asking_for_access_is_granted_whatever_it_is() throws Exception {
    AMQP.Access.RequestOk answer =
        (AMQP.Access.RequestOk)
            channel
                .rpc(new AMQP.Access.Request.Builder().realm("nowhere").exclusive(true).build())
                .getMethod();

    assertThat(answer.getTicket()).isEqualTo(1);
  }
}
