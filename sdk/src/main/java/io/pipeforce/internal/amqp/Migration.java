package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.pipeforce.MessagingException;
import io.pipeforce.internal.topology.Binding;
import io.pipeforce.internal.topology.Comparison;
import io.pipeforce.internal.topology.FoundQueue;
import io.pipeforce.internal.topology.WantedQueue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Declares one queue anew by way of a temporary one: all messages go there, the queue is deleted
 * and declared, and all messages come back. Each half is the same hop. What the broker has tells
 * how far an interrupted migration came, so that nothing needs to be remembered.
 */
final class Migration {
  private final Connection connection;
  private final String username;
  private final WantedQueue wanted;
  private final Consumer<String> progress;

  Migration(Connection connection, String username, WantedQueue wanted, Consumer<String> progress) {
    this.connection = connection;
    this.username = username;
    this.wanted = wanted;
    this.progress = progress;
  }

  void run(Optional<FoundQueue> found, Optional<FoundQueue> temporary)
      throws IOException, TimeoutException, InterruptedException {
    Optional<FoundQueue> old =
        found.filter(queue -> !Comparison.arguments(wanted, queue).isEmpty());
    old.ifPresent(Migration::refuseWhatCannotBeMoved);
    for (FoundQueue queue : Stream.of(old, temporary).flatMap(Optional::stream).toList()) {
      if (passive(queue.name()).getConsumerCount() > 0) {
        throw Mover.inUse(queue.name());
      }
    }
    List<Binding> bindings =
        Comparison.bindingsAfterMigration(
            wanted, Stream.of(found, temporary).flatMap(Optional::stream).toList());
    String middle = wanted.temporary();
    declareExchanges();
    if (old.isPresent()) {
      if (temporary.isEmpty()) {
        declare(middle);
      }
      hop(old.get(), middle, wayToTemporary(), bindings);
    }
    if (old.isPresent() || temporary.isPresent()) {
      if (wanted.hasOwnExchange()) {
        try (Channel channel = connection.createChannel()) {
          channel.exchangeDelete(middle);
        }
      }
      declare(wanted.name());
      hop(temporary(temporary, bindings), wanted.name(), wayBack(), bindings);
    }
  }

  /**
   * The messages of a delay queue must keep their routing keys, also on the way to the temporary
   * queue, which therefore has an exchange of its own, too.
   */
  private Optional<String> wayToTemporary() throws IOException, TimeoutException {
    if (!wanted.hasOwnExchange()) {
      return Optional.empty();
    }
    String name = wanted.temporary();
    Topology.declareOwnExchange(connection, name);
    bind(name, List.of(Binding.of(name, "")));
    return Optional.of(name);
  }

  private Optional<String> wayBack() {
    return wanted.hasOwnExchange() ? Optional.of(wanted.name()) : Optional.empty();
  }

  /** The temporary queue after the first half; when this run made it, it is as wanted. */
  private FoundQueue temporary(Optional<FoundQueue> found, List<Binding> bindings) {
    return new FoundQueue(
        wanted.temporary(),
        true,
        false,
        false,
        found.map(FoundQueue::arguments).orElse(wanted.arguments()),
        Stream.concat(bindings.stream(), found.stream().flatMap(queue -> queue.bindings().stream()))
            .distinct()
            .toList(),
        0,
        0);
  }

  /**
   * Moves everything from one queue to the other: the messages, then the bindings, then what
   * arrived meanwhile, and deletes the first one.
   */
  private void hop(FoundQueue from, String to, Optional<String> way, List<Binding> bindings)
      throws IOException, TimeoutException, InterruptedException {
    try (Mover mover = new Mover(connection, username, from.name(), to, way)) {
      long count = passive(from.name()).getMessageCount();
      progress.accept("queue " + from.name() + ": moving its messages (" + count + ") to " + to);
      if (!way.equals(wayBack()) || way.isEmpty()) {
        // Before the bindings: what is published meanwhile stays behind what is older. Through its
        // own exchange the queue gets messages only once it is bound.
        mover.move(count);
      }
      // In this order: what is published in between gets into both, never into none.
      bind(to, bindings);
      unbind(from.name(), from.bindings());
      progress.accept("queue " + from.name() + ": its bindings are those of " + to + " now");
      mover.drainAndDelete("quorum".equals(from.type()));
      progress.accept(
          "queue " + from.name() + ": moved " + mover.moved() + " messages to " + to + ", deleted");
    }
  }

  private static void refuseWhatCannotBeMoved(FoundQueue queue) {
    if (queue.autoDelete() || queue.exclusive()) {
      throw new MessagingException(
          "queue "
              + queue.name()
              + " is "
              + (queue.exclusive() ? "exclusive" : "auto-delete")
              + ": the broker deletes it when its last consumer leaves; stop that one, then start"
              + " the service, which declares the queue anew");
    }
    if (!List.of("classic", "quorum").contains(queue.type())) {
      throw new MessagingException(
          "queue "
              + queue.name()
              + " is a "
              + queue.type()
              + ", which keeps messages that were read; copy what you need of it and delete it, the"
              + " service declares it anew when it starts");
    }
  }

  private AMQP.Queue.DeclareOk passive(String queue) throws IOException, TimeoutException {
    try (Channel channel = connection.createChannel()) {
      return channel.queueDeclarePassive(queue);
    }
  }

  private void declareExchanges() throws IOException, TimeoutException {
    if (wanted.hasOwnExchange()) {
      Topology.declareOwnExchange(connection, wanted.name());
    } else {
      for (Binding binding : wanted.bindings()) {
        Topology.declareExchange(connection, binding.exchange());
      }
    }
  }

  private void declare(String name) throws IOException, TimeoutException {
    try (Channel channel = connection.createChannel()) {
      channel.queueDeclare(name, true, false, false, wanted.arguments());
    }
  }

  private void bind(String queue, List<Binding> bindings) throws IOException, TimeoutException {
    try (Channel channel = connection.createChannel()) {
      for (Binding binding : bindings) {
        channel.queueBind(queue, binding.exchange(), binding.key(), binding.arguments());
      }
    }
  }

  private void unbind(String queue, List<Binding> bindings) throws IOException, TimeoutException {
    try (Channel channel = connection.createChannel()) {
      for (Binding binding : bindings) {
        channel.queueUnbind(queue, binding.exchange(), binding.key(), binding.arguments());
      }
    }
  }
}
