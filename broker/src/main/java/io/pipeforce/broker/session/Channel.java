package io.pipeforce.broker.session;

import io.pipeforce.broker.model.Aftermath;
import io.pipeforce.broker.model.Delivery;
import io.pipeforce.broker.model.Queue;
import io.pipeforce.broker.model.Subscription;
import io.pipeforce.broker.model.VirtualHost;
import io.pipeforce.broker.wire.AccessMethod;
import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConfirmMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.ExchangeMethod;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.Method;
import io.pipeforce.broker.wire.QueueMethod;
import io.pipeforce.broker.wire.ReplyCode;
import io.pipeforce.broker.wire.TxMethod;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel of a connection. Its methods run on the connection's reading thread; only deliveries
 * and the end of a queue come from other threads.
 */
public final class Channel {
  private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

  private final int number;
  private final Connection connection;
  private final VirtualHost host;
  private final Outbound outbound;
  private final Unfinished unfinished;
  private final ContentAssembler assembler;
  private final TopologyMethods topology;
  private final Deliveries deliveries;
  private final Publishing publishing;
  private final Consumers consumers;
  private final MessageCounters counters = new MessageCounters();

  private State state = State.NEW;
  private int prefetch;
  private volatile @Nullable Transaction transaction;

  private enum State {
    NEW,
    OPEN,
    /** We said close and wait for the client's close-ok. */
    CLOSING,
    CLOSED
  }

  Channel(
      int number,
      Connection connection,
      VirtualHost host,
      Outbound outbound,
      Unfinished unfinished) {
    this.unfinished = unfinished;
    this.number = number;
    this.connection = connection;
    this.host = host;
    this.outbound = outbound;
    int messageSize = connection.limits().messageSize();
    assembler = new ContentAssembler(messageSize, unfinished);
    topology = new TopologyMethods(connection, host);
    deliveries = new Deliveries(number, outbound, counters);
    consumers = new Consumers(connection, host, deliveries, this::send);
    publishing =
        new Publishing(
            number, connection.user(), messageSize, host, connection.replies(), outbound, counters);
  }

  public int number() {
    return number;
  }

  public Connection connection() {
    return connection;
  }

  public int prefetch() {
    return prefetch;
  }

  public boolean confirming() {
    return publishing.confirming();
  }

  public boolean transactional() {
    return transaction != null;
  }

  /** Messages that wait for a commit. */
  public int uncommittedMessages() {
    Transaction open = transaction;
    return open == null ? 0 : open.messages();
  }

  public int uncommittedAcks() {
    Transaction open = transaction;
    return open == null ? 0 : open.settlements();
  }

  /** Published messages whose publisher has not heard of them yet. */
  public int unconfirmed() {
    return publishing.unconfirmed();
  }

  public MessageCounters counters() {
    return counters;
  }

  public int unsettled() {
    return deliveries.unsettled();
  }

  public List<Subscription> subscriptions() {
    return consumers.subscriptions();
  }

  public int globalPrefetch() {
    return deliveries.globalPrefetch();
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  boolean owesConfirms() {
    return publishing.owesConfirms();
  }

  void flushConfirms() {
    publishing.flushConfirms();
  }

  /**
   * Takes a frame and does what it completes.
   *
   * @throws AmqpException when the whole connection must close
   */
  void accept(Frame frame) {
    ContentAssembler.Command command = assembler.accept(frame);
    if (command == null) {
      return;
    }
    Method method = command.method();
    try {
      handle(method, command);
    } catch (AmqpException e) {
      if (e.code().closesConnection()) {
        throw e.during(method);
      }
      LOG.info("{}, channel {}: closed with {}", connection.name(), number, e.replyText());
      release();
      state = State.CLOSING;
      send(
          new ChannelMethod.Close(
              e.code().code(), e.replyText(), method.classId(), method.methodId()));
    }
  }

  private void handle(Method method, ContentAssembler.Command command) {
    switch (state) {
      case NEW -> {
        if (!(method instanceof ChannelMethod.Open)) {
          throw new AmqpException(ReplyCode.CHANNEL_ERROR, "expected 'channel.open'");
        }
        state = State.OPEN;
        send(new ChannelMethod.OpenOk());
      }
      case OPEN -> {
        Aftermath after = new Aftermath(host);
        dispatch(method, command, after);
        after.run();
      }
      case CLOSING -> {
        switch (method) {
          case ChannelMethod.Open _ -> throw secondOpen();
          case ChannelMethod.CloseOk _ -> state = State.CLOSED;
          case ChannelMethod.Close _ -> send(new ChannelMethod.CloseOk());
          default -> {}
        }
      }
      case CLOSED -> {}
    }
  }

  private void dispatch(Method method, ContentAssembler.Command command, Aftermath after) {
    switch (method) {
      case BasicMethod.Publish publish ->
          publishing.publish(command, publish, consumers.replyAddress(), transaction, after);
      case BasicMethod.Ack(long tag, boolean multiple) ->
          settle(Transaction.Outcome.ACKNOWLEDGE, tag, multiple, after);
      case BasicMethod.Nack(long tag, boolean multiple, boolean requeue) ->
          settle(refusal(requeue), tag, multiple, after);
      case BasicMethod.Reject(long tag, boolean requeue) ->
          settle(refusal(requeue), tag, false, after);
      case BasicMethod.Get get -> get(get, after);
      case BasicMethod.Consume consume ->
          consumers.consume(consume, topology.named(consume.queue()), prefetch, after);
      case BasicMethod.Cancel(String tag, boolean noWait) -> {
        consumers.cancel(tag, after);
        if (!noWait) {
          send(new BasicMethod.CancelOk(tag));
        }
      }
      case BasicMethod.Qos qos -> qos(qos);
      case BasicMethod.Recover(boolean requeue) -> {
        recover(requeue, after);
        send(new BasicMethod.RecoverOk());
      }
      case BasicMethod.RecoverAsync(boolean requeue) -> recover(requeue, after);
      case QueueMethod queueMethod -> topology.handle(queueMethod).ifPresent(this::answer);
      case ExchangeMethod exchangeMethod -> topology.handle(exchangeMethod).ifPresent(this::answer);
      case ConfirmMethod.Select(boolean noWait) -> confirmSelect(noWait);
      case TxMethod txMethod -> transaction(txMethod, after);
      case AccessMethod.Request _ -> send(new AccessMethod.RequestOk(1));
      case ChannelMethod.Close _ -> {
        release();
        state = State.CLOSED;
        send(new ChannelMethod.CloseOk());
      }
      case ChannelMethod.Flow(boolean active) -> flow(active);
      case ChannelMethod.Open _ -> throw secondOpen();
      case ChannelMethod _, ConnectionMethod _, BasicMethod _, ConfirmMethod _, AccessMethod _ ->
          throw new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method");
    }
  }

  /** Whoever hears that something durable is there finds it after a crash as well. */
  private void answer(Method done) {
    host.durable().awaitWritten();
    send(done);
  }

  private static AmqpException secondOpen() {
    return new AmqpException(ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen");
  }

  private static Transaction.Outcome refusal(boolean requeue) {
    return requeue ? Transaction.Outcome.REQUEUE : Transaction.Outcome.REJECT;
  }

  private void settle(Transaction.Outcome outcome, long tag, boolean multiple, Aftermath after) {
    SequencedMap<Long, Delivery> taken = deliveries.take(tag, multiple);
    Transaction open = transaction;
    if (open != null) {
      open.add(outcome, taken);
    } else {
      Transaction.settle(deliveries, outcome, taken.values(), after);
    }
  }

  private void recover(boolean requeue, Aftermath after) {
    if (!requeue) {
      throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "requeue=false");
    }
    deliveries.requeue(deliveries.take(0, true).values(), after);
  }

  private void get(BasicMethod.Get get, Aftermath after) {
    Queue queue = host.accessibleQueue(topology.named(get.queue()), connection);
    boolean found =
        queue.get(
            get.noAck(), after, (delivery, left) -> deliveries.got(delivery, get.noAck(), left));
    if (!found) {
      counters.gotNothing();
      send(new BasicMethod.GetEmpty());
    }
  }

  private void qos(BasicMethod.Qos qos) {
    if (qos.prefetchSize() != 0) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + qos.prefetchSize() + ")");
    }
    if (qos.global()) {
      deliveries.globalPrefetch(qos.prefetchCount());
    } else {
      // Without global it is for consumers to come, and ends what global had set.
      prefetch = qos.prefetchCount();
      deliveries.globalPrefetch(0);
    }
    send(new BasicMethod.QosOk());
  }

  private void flow(boolean active) {
    if (!active) {
      throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "active=false");
    }
    send(new ChannelMethod.FlowOk(true));
  }

  private void confirmSelect(boolean noWait) {
    if (transaction != null) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode");
    }
    publishing.confirmFromNowOn();
    if (!noWait) {
      send(new ConfirmMethod.SelectOk());
    }
  }

  private void transaction(TxMethod method, Aftermath after) {
    switch (method) {
      case TxMethod.Select() -> {
        if (publishing.confirming()) {
          throw new AmqpException(
              ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode");
        }
        if (transaction == null) {
          transaction = new Transaction(publishing, deliveries, unfinished);
        }
        send(new TxMethod.SelectOk());
      }
      case TxMethod.Commit() -> {
        openTransaction().commit(after);
        after.run();
        host.durable().awaitWritten();
        send(new TxMethod.CommitOk());
      }
      case TxMethod.Rollback() -> {
        openTransaction().rollback();
        send(new TxMethod.RollbackOk());
      }
      case TxMethod.SelectOk(), TxMethod.CommitOk(), TxMethod.RollbackOk() ->
          throw new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method");
    }
  }

  private Transaction openTransaction() {
    Transaction open = transaction;
    if (open == null) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "channel is not transactional");
    }
    return open;
  }

  /** Ends the consumers and gives unsettled messages back to their queues. */
  void release() {
    Aftermath after = new Aftermath(host);
    List<Subscription> subscriptions = consumers.removeAll();
    publishing.end();
    Transaction open = transaction;
    if (open != null) {
      open.rollback();
    }
    deliveries.release(subscriptions, after);
    after.run();
    connection.ended(counters);
  }

  private void send(Method method) {
    outbound.send(number, method);
  }
}
