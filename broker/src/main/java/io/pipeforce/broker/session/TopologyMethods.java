package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Destination;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.QueueDefinition;
import io.pipeforce.broker.model.QueueState;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ExchangeMethod;
import io.pipeforce.broker.wire.FieldTable;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.ReplyCode;
import java.util.Optional;

/**
 * The methods of classes exchange and queue, for one channel: an empty queue name stands for the
 * queue that it declared last. The answer is empty where the client wants none.
 */
final class TopologyMethods {
  private final Connection connection;
  private final VirtualHost host;
  private String lastDeclared = "";

  TopologyMethods(Connection connection, VirtualHost host) {
    this.connection = connection;
    this.host = host;
  }

  /** The queue that a client means. */
  String named(String queue) {
    if (queue.isEmpty() && lastDeclared.isEmpty()) {
      throw new AmqpException(ReplyCode.NOT_FOUND, "no previously declared queue");
    }
    return queue.isEmpty() ? lastDeclared : queue;
  }

  Optional<Method> handle(QueueMethod method) {
    return switch (method) {
      case QueueMethod.Declare declare -> unless(declare.noWait(), declare(declare));
      case QueueMethod.Bind bind -> {
        Destination queue = queueToBind(bind.queue(), bind.exchange());
        host.bind(
            Names.stripped(bind.exchange()),
            queue,
            routingKey(bind.queue(), bind.routingKey()),
            bind.arguments());
        yield unless(bind.noWait(), new QueueMethod.BindOk());
      }
      case QueueMethod.Unbind unbind -> {
        unbind(unbind);
        yield Optional.of(new QueueMethod.UnbindOk());
      }
      case QueueMethod.Purge purge -> {
        int count = host.accessibleQueue(named(purge.queue()), connection).purge();
        yield unless(purge.noWait(), new QueueMethod.PurgeOk(count));
      }
      case QueueMethod.Delete delete -> {
        int count =
            host.deleteQueue(
                Names.stripped(named(delete.queue())),
                connection,
                delete.ifUnused(),
                delete.ifEmpty());
        yield unless(delete.noWait(), new QueueMethod.DeleteOk(count));
      }
      case QueueMethod.DeclareOk _,
          QueueMethod.BindOk _,
          QueueMethod.UnbindOk _,
          QueueMethod.PurgeOk _,
          QueueMethod.DeleteOk _ ->
          throw unimplemented();
    };
  }

  private QueueMethod.DeclareOk declare(QueueMethod.Declare declare) {
    String name = Names.stripped(declare.queue());
    if (name.startsWith(DirectReplies.QUEUE)) {
      return declareReplies(name);
    }
    Queue queue;
    if (declare.passive()) {
      queue = host.checkQueue(name, connection);
    } else {
      boolean serverNamed = name.isEmpty();
      if (serverNamed && declare.arguments().text("x-queue-type").equals(Optional.of("quorum"))) {
        throw new AmqpException(
            ReplyCode.PRECONDITION_FAILED,
            "Cannot declare a server-named queue for type rabbit_quorum_queue");
      }
      queue =
          host.declareQueue(
                  new QueueDefinition(
                      serverNamed ? Names.generated("amq.gen") : name,
                      declare.durable(),
                      declare.autoDelete(),
                      declare.exclusive() ? connection : null,
                      declare.arguments()),
                  serverNamed)
              .queue();
    }
    lastDeclared = queue.name();
    QueueState state = queue.state();
    return new QueueMethod.DeclareOk(queue.name(), state.ready(), state.consumers().size());
  }

  /** Every declare of such a name only asks whether somebody listens there. */
  private QueueMethod.DeclareOk declareReplies(String name) {
    boolean there = name.equals(DirectReplies.QUEUE) || connection.replies().at(name).isPresent();
    if (!there) {
      throw new AmqpException(
          ReplyCode.NOT_FOUND, "no queue '%s' in vhost '%s'".formatted(name, VirtualHost.NAME));
    }
    lastDeclared = name;
    return new QueueMethod.DeclareOk(name, 0, 1);
  }

  private Queue queueToBind(String queue, String exchange) {
    String name = Names.stripped(named(queue));
    host.checkExchange(Names.stripped(exchange));
    return host.accessibleQueue(name, connection);
  }

  private String routingKey(String queue, String routingKey) {
    return queue.isEmpty() && routingKey.isEmpty() ? lastDeclared : routingKey;
  }

  /** What is not there counts as unbound, even where the queue is another's. */
  private void unbind(QueueMethod.Unbind unbind) {
    String name = Names.stripped(named(unbind.queue()));
    String exchange = Names.stripped(unbind.exchange());
    String key = routingKey(unbind.queue(), unbind.routingKey());
    boolean bound =
        host.queue(name)
            .filter(queue -> host.isBound(exchange, queue, key, unbind.arguments()))
            .isPresent();
    if (bound) {
      host.unbind(exchange, host.accessibleQueue(name, connection), key, unbind.arguments());
    }
  }

  Optional<Method> handle(ExchangeMethod method) {
    return switch (method) {
      case ExchangeMethod.Declare declare -> {
        declare(declare);
        yield unless(declare.noWait(), new ExchangeMethod.DeclareOk());
      }
      case ExchangeMethod.Delete delete -> {
        host.deleteExchange(Names.stripped(delete.exchange()), delete.ifUnused());
        yield unless(delete.noWait(), new ExchangeMethod.DeleteOk());
      }
      case ExchangeMethod.Bind bind -> {
        String source = Names.stripped(bind.source());
        String destination = Names.stripped(bind.destination());
        host.checkExchange(source);
        host.checkExchange(destination);
        host.bind(source, host.existingExchange(destination), bind.routingKey(), bind.arguments());
        yield unless(bind.noWait(), new ExchangeMethod.BindOk());
      }
      case ExchangeMethod.Unbind unbind -> {
        unbind(unbind.source(), unbind.destination(), unbind.routingKey(), unbind.arguments());
        yield unless(unbind.noWait(), new ExchangeMethod.UnbindOk());
      }
      case ExchangeMethod.DeclareOk _,
          ExchangeMethod.DeleteOk _,
          ExchangeMethod.BindOk _,
          ExchangeMethod.UnbindOk _ ->
          throw unimplemented();
    };
  }

  private void declare(ExchangeMethod.Declare declare) {
    String name = Names.stripped(declare.exchange());
    if (declare.passive()) {
      host.checkExchange(name);
    } else {
      host.declareExchange(
          name,
          declare.type(),
          declare.durable(),
          declare.autoDelete(),
          declare.internal(),
          declare.arguments());
    }
  }

  private void unbind(String source, String destination, String routingKey, FieldTable arguments) {
    host.exchange(Names.stripped(destination))
        .ifPresent(
            exchange -> host.unbind(Names.stripped(source), exchange, routingKey, arguments));
  }

  private static Optional<Method> unless(boolean noWait, Method answer) {
    return noWait ? Optional.empty() : Optional.of(answer);
  }

  private static AmqpException unimplemented() {
    return new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method");
  }
}
