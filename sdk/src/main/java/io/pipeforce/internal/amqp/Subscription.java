package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.Message;
import io.pipeforce.internal.dispatch.DeliveryContext;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.dispatch.Ledger;
import io.pipeforce.internal.dispatch.Outcome;
import io.pipeforce.internal.dispatch.Prefetch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One handler's consumer on one channel, and the whole way of a delivery: {@link #arrive} on the
 * thread that reads the connection; then on a thread of the handler's {@link #deliver}, the
 * handler, and {@link #settle}. What is settled with a publish is confirmed by the broker before it
 * is acked.
 *
 * <p>A subscription lives as long as its channel. When that is lost, the broker delivers again what
 * was not acked, to the subscription that follows.
 */
final class Subscription {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  private final HandlerState state;
  private final HandlerMethod handler;
  private final Settlement settlement;
  private final Channel channel;
  private final Acks acks;
  private final Prefetch prefetch;
  private final Runnable onEnd;

  private final BlockingQueue<Delivery> buffer = new LinkedBlockingQueue<>();
  private final List<Thread> workers = new ArrayList<>();
  private final List<Overdue> overdues = new ArrayList<>();
  private final LongAdder begun = new LongAdder();
  private volatile long lastArrival = System.nanoTime();

  private final ReentrantLock consumer = new ReentrantLock();
  private String consumerTag = "";
  private volatile int taken;
  private volatile boolean proven;

  private final CountDownLatch halt = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean stopping;
  private @Nullable ScheduledFuture<?> watch;

  /**
   * Begins to consume.
   *
   * @param most how many messages to take in advance at the most
   * @param onEnd called once when the channel is lost or the broker cancels the consumer
   */
  static Subscription open(
      HandlerState state,
      Settlement settlement,
      Channel channel,
      int most,
      ScheduledExecutorService timer,
      Runnable onEnd)
      throws IOException {
    Subscription subscription = new Subscription(state, settlement, channel, most, timer, onEnd);
    subscription.begin(timer);
    return subscription;
  }

  private Subscription(
      HandlerState state,
      Settlement settlement,
      Channel channel,
      int most,
      ScheduledExecutorService timer,
      Runnable onEnd) {
    this.state = state;
    this.handler = state.handler();
    this.settlement = settlement;
    this.channel = channel;
    this.acks = new Acks(channel, timer);
    this.onEnd = onEnd;
    // The active one of several ordered consumers keeps its number, because it would have to stop
    // consuming to change it, and another replica would begin in the middle. Two hide the way.
    this.prefetch =
        handler.ordered() ? new Prefetch(2, 2) : new Prefetch(most, handler.concurrency());
  }

  private void begin(ScheduledExecutorService timer) throws IOException {
    for (int i = 0; i < handler.concurrency(); i++) {
      Overdue overdue = new Overdue();
      overdues.add(overdue);
      workers.add(
          threads().name("pipeforce-" + handler.name() + "-" + i).start(() -> work(overdue)));
    }
    long tick = Math.clamp(handler.maxDuration().toMillis() / 10, 10, 1000);
    watch =
        timer.scheduleWithFixedDelay(
            () -> overdues.forEach(Overdue::check), tick, tick, TimeUnit.MILLISECONDS);
    channel.addShutdownListener(signal -> lost());
    consume(prefetch.first());
  }

  /**
   * A handler that works on one message at a time has a thread of the system: at a low rate, waking
   * the scheduler of virtual ones costs more than the message. Those who want many have virtual
   * ones.
   */
  private Thread.Builder threads() {
    return handler.concurrency() == 1 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
  }

  private void consume(int count) throws IOException {
    taken = count;
    channel.basicQos(count);
    consumerTag =
        channel.basicConsume(
            state.queue(),
            false,
            new DefaultConsumer(channel) {
              @Override
              public void handleDelivery(
                  String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                arrive(Delivery.arrived(envelope, properties, body, state.ledger().receive()));
              }

              @Override
              public void handleCancel(String tag) {
                log.warn("the broker cancelled the consumer of queue {}", state.queue());
                lost();
              }
            });
  }

  // --- the way of a delivery -----------------------------------------------------------------

  private void arrive(Delivery delivery) {
    lastArrival = delivery.arrived();
    buffer.add(delivery);
    if (!isOpen() || stopping) {
      giveBackWhatIsNotBegun();
    }
  }

  private void work(Overdue overdue) {
    try {
      while (true) {
        Delivery delivery = buffer.take();
        if (delivery.isNone()) {
          return;
        }
        if (!isOpen() || stopping) {
          giveBack(delivery);
        } else {
          begun.increment();
          deliverOrEnd(delivery, overdue);
        }
      }
    } catch (InterruptedException e) {
      log.debug("worker of {} interrupted", handler.name());
    }
  }

  /** A mistake of our own must not leave a handler without its worker, or a message unsettled. */
  private void deliverOrEnd(Delivery delivery, Overdue overdue) throws InterruptedException {
    try {
      deliver(delivery, overdue);
    } catch (RuntimeException | Error e) {
      log.error("{}: unexpected, subscribing anew: {}", handler.name(), e.toString(), e);
      delivery.line().settle(Ledger.Column.RETURNED);
      lost();
    }
  }

  private void deliver(Delivery delivery, Overdue overdue) throws InterruptedException {
    switch (settlement.admit(state, delivery)) {
      case UNMATCHED -> ack(delivery, Ledger.Column.UNMATCHED);
      case COUNT_REDELIVERY ->
          ackOrGiveBack(delivery, settlement.countRedelivery(state, delivery, this::isOpen));
      case HANDLE -> handle(delivery, delivery.message(), overdue);
    }
  }

  private void handle(Delivery delivery, Message message, Overdue overdue)
      throws InterruptedException {
    try (Attempt attempt = settlement.begin(state, message, delivery.attempt())) {
      Outcome outcome = call(attempt, overdue);
      if (outcome instanceof Outcome.Retry retry && handler.ordered()) {
        // In place: what is behind this message must not overtake it.
        settlement.log(state, attempt, retry);
        if (halt.await(retry.delay().toMillis(), TimeUnit.MILLISECONDS)) {
          giveBack(delivery);
        } else {
          handle(delivery.atAttempt(delivery.attempt() + 1), message, overdue);
        }
        return;
      }
      settle(delivery, attempt, outcome);
    }
    prove(delivery);
  }

  private Outcome call(Attempt attempt, Overdue overdue) throws InterruptedException {
    // Shared with the subscription before this one, whose handler may still be running.
    state.permits().acquire();
    DeliveryContext context = attempt.context();
    long begin = System.nanoTime();
    overdue.begin(handler.maxDuration());
    boolean interrupted;
    Outcome outcome;
    try {
      outcome = attempt.within(() -> handler.call(context));
    } finally {
      interrupted = overdue.end();
      state.permits().release();
      settlement.handled(state, Duration.ofNanos(System.nanoTime() - begin));
    }
    return interrupted && !(outcome instanceof Outcome.Done)
        ? Settlement.overdue(handler, context)
        : outcome;
  }

  private void settle(Delivery delivery, Attempt attempt, Outcome outcome)
      throws InterruptedException {
    // Not one switch: to link it takes a tenth of a service's way to its first message.
    if (outcome instanceof Outcome.Failed failed) {
      settleFailed(delivery, attempt, failed);
      return;
    }
    Optional<Outcome.Failed> failure =
        settlement.done(state, attempt, (Outcome.Done) outcome, this::isOpen);
    if (failure.isPresent()) {
      // What the handler published can never be delivered: the attempt has failed after all.
      settleFailed(delivery, attempt, failure.get());
    } else {
      ackOrGiveBack(delivery, isOpen() ? Optional.of(Ledger.Column.ACKED) : Optional.empty());
    }
  }

  private void settleFailed(Delivery delivery, Attempt attempt, Outcome.Failed outcome)
      throws InterruptedException {
    switch (outcome) {
      case Outcome.Retry retry -> {
        settlement.log(state, attempt, retry);
        ackOrGiveBack(delivery, settlement.retry(state, delivery, retry, this::isOpen));
      }
      case Outcome.Dead dead -> {
        settlement.log(state, attempt, dead);
        ackOrGiveBack(delivery, settlement.dead(state, delivery, dead, this::isOpen));
      }
    }
  }

  private void ackOrGiveBack(Delivery delivery, Optional<Ledger.Column> settled) {
    settled.ifPresentOrElse(column -> ack(delivery, column), () -> giveBack(delivery));
  }

  private void ack(Delivery delivery, Ledger.Column column) {
    // A quarter of what may be outstanding, so that the broker never waits for an ack to send more.
    acks.ack(delivery.tag(), buffer.isEmpty(), Math.clamp(taken / 4, 1, 64));
    delivery.line().settle(column);
  }

  private void giveBack(Delivery delivery) {
    delivery.line().settle(Ledger.Column.RETURNED);
    // An ordered handler stays the active consumer until its channel closes, which returns all in
    // order; what it nacked before would come straight back to it.
    acks.giveBack(delivery.tag(), !handler.ordered());
  }

  private void giveBackWhatIsNotBegun() {
    List<Delivery> unbegun = new ArrayList<>();
    buffer.drainTo(unbegun);
    for (Delivery delivery : unbegun) {
      if (delivery.isNone()) {
        buffer.add(delivery);
      } else {
        giveBack(delivery);
      }
    }
  }

  // --- how many are taken in advance ---------------------------------------------------------

  /** Takes more or fewer messages in advance, as its pace of the last interval asks for. */
  void adapt(Duration interval) throws IOException {
    long count = begun.sumThenReset();
    Delivery oldest = buffer.peek();
    Duration waits =
        oldest == null || oldest.isNone()
            ? Duration.ZERO
            : Duration.ofNanos(System.nanoTime() - oldest.arrived());
    if (proven) {
      take(prefetch.next(taken, count, interval, waits));
    }
  }

  /** After the first settled message that is not suspected to kill the process. */
  private void prove(Delivery delivery) {
    if (proven || !prefetch.proven(delivery.deliveriesBefore())) {
      return;
    }
    proven = true;
    // Not here: the worker would wait for the broker's answers.
    Thread.startVirtualThread(() -> {
      try {
        take(prefetch.most());
      } catch (IOException | ShutdownSignalException e) {
        log.debug("consumer of queue {} not changed: {}", state.queue(), e.toString());
      }
    });
  }

  /** Consumes anew with another number; what is being handled goes on. */
  private void take(int count) throws IOException {
    consumer.lock();
    try {
      if (count == taken || stopping || !isOpen()) {
        return;
      }
      channel.basicCancel(consumerTag);
      if (count < taken) {
        giveBackWhatIsNotBegun();
      }
      consume(count);
    } finally {
      consumer.unlock();
    }
  }

  // --- the end -------------------------------------------------------------------------------

  boolean isOpen() {
    return !ended.get() && channel.isOpen();
  }

  /** Whether it has ended and none of its handlers runs any more. */
  boolean isFinished() {
    return ended.get() && workers.stream().noneMatch(Thread::isAlive);
  }

  /** Whether nothing came or was worked on since this time of {@link System#nanoTime}. */
  boolean silentSince(long nanoTime) {
    return lastArrival - nanoTime < 0 && state.ledger().entry().inFlight() == 0;
  }

  private void lost() {
    if (end()) {
      onEnd.run();
    }
  }

  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    halt.countDown();
    giveBackWhatIsNotBegun();
    workers.forEach(worker -> buffer.add(Delivery.NONE));
    return true;
  }

  /**
   * Stops consuming, gives back what is not begun, waits for what runs, acks, and closes the
   * channel.
   */
  void drain() {
    stopping = true;
    halt.countDown();
    consumer.lock();
    try {
      if (channel.isOpen() && !handler.ordered()) {
        // Not for ordered handlers: another replica would begin before this one has finished.
        channel.basicCancel(consumerTag);
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("consumer of queue {} not cancelled: {}", state.queue(), e.toString());
    } finally {
      consumer.unlock();
    }
    giveBackWhatIsNotBegun();
    workers.forEach(worker -> buffer.add(Delivery.NONE));
    awaitWorkers();
    acks.flush();
    close();
  }

  private void awaitWorkers() {
    // The interrupt at maxDuration ends the handler; what follows needs a moment, too.
    Instant deadline = Instant.now().plus(handler.maxDuration()).plusSeconds(1);
    try {
      for (Thread worker : workers) {
        Duration left = Duration.between(Instant.now(), deadline);
        if (!worker.join(left.isPositive() ? left : Duration.ZERO)) {
          log.warn(
              "handler {} still runs after its maxDuration; its message will be delivered again",
              handler.name());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the channel; what is not acked is delivered again. */
  void close() {
    end();
    if (watch != null) {
      watch.cancel(false);
    }
    try {
      if (channel.isOpen()) {
        channel.close();
      }
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      log.debug("channel of queue {} not closed: {}", state.queue(), e.toString());
    }
  }
}
