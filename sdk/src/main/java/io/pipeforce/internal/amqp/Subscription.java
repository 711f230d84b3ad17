package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.pipeforce.Message;
import io.pipeforce.internal.dispatch.AckWindow;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One handler's consumer on one channel, and the whole way of a delivery: {@link #handleDelivery}
 * on the client library's thread, then on a virtual thread {@link #deliver}, the handler, and
 * {@link #settle}. What is settled with a publish is confirmed by the broker before it is acked.
 *
 * <p>A subscription lives as long as its channel. When that is lost, the broker delivers again what
 * was not acked, to the subscription that follows.
 */
final class Subscription {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  /** How long finished deliveries may wait to be acked together. */
  private static final Duration ACK_DELAY = Duration.ofMillis(50);

  /** How long they may wait for a slow one before them. */
  private static final Duration ACK_PATIENCE = Duration.ofSeconds(1);

  private final HandlerState state;
  private final HandlerMethod handler;
  private final Settlement settlement;
  private final Channel channel;
  private final ScheduledExecutorService timer;
  private final Prefetch prefetch;
  private final Runnable onEnd;

  private final BlockingQueue<Delivery> buffer = new LinkedBlockingQueue<>();
  private final List<Worker> workers = new ArrayList<>();
  private final ReentrantLock acks = new ReentrantLock();
  private final AckWindow window = new AckWindow(ACK_PATIENCE);
  private @Nullable ScheduledFuture<?> flush;
  private final ReentrantLock consumer = new ReentrantLock();
  private final LongAdder begun = new LongAdder();
  private volatile boolean proven;
  private volatile int taken;
  private final CountDownLatch halt = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile long lastDelivery = System.nanoTime();
  private @Nullable ScheduledFuture<?> watch;
  private String consumerTag = "";

  /** A message as it came from the wire. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Delivery(
      Envelope envelope, BasicProperties properties, byte[] body, long arrived) {
    /** Put into the buffer to end a worker; real delivery tags begin at 1. */
    static final Delivery NONE =
        new Delivery(new Envelope(0, false, "", ""), new BasicProperties(), new byte[0], 0);

    boolean isNone() {
      return envelope.getDeliveryTag() == 0;
    }
  }

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
    subscription.begin();
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
    this.timer = timer;
    this.onEnd = onEnd;
    // The active one of several ordered consumers keeps its number, because it would have to stop
    // consuming to change it, and another replica would begin in the middle. Two hide the way.
    this.prefetch =
        handler.ordered() ? new Prefetch(2, 2) : new Prefetch(most, handler.concurrency());
  }

  private void begin() throws IOException {
    for (int i = 0; i < handler.concurrency(); i++) {
      Worker worker = new Worker();
      workers.add(worker);
      worker.start(i);
    }
    long tick = Math.clamp(handler.maxDuration().toMillis() / 10, 10, 1000);
    watch =
        timer.scheduleWithFixedDelay(
            () -> workers.forEach(Worker::interruptWhenOverdue), tick, tick, TimeUnit.MILLISECONDS);
    channel.addShutdownListener(signal -> lost());
    consume(prefetch.first());
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
                Subscription.this.handleDelivery(
                    new Delivery(envelope, properties, body, System.nanoTime()));
              }

              @Override
              public void handleCancel(String tag) {
                log.warn("the broker cancelled the consumer of queue {}", state.queue());
                lost();
              }
            });
  }

  /** Takes more or fewer messages in advance, as its pace of the last interval asks for. */
  void adapt(Duration interval) throws IOException {
    long begun = this.begun.sumThenReset();
    Delivery oldest = buffer.peek();
    Duration waits =
        oldest == null || oldest.isNone()
            ? Duration.ZERO
            : Duration.ofNanos(System.nanoTime() - oldest.arrived());
    if (proven) {
      take(prefetch.next(taken, begun, interval, waits));
    }
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

  /** After the first settled message that is not suspected to kill the process. */
  private void prove(Delivery delivery, Provenance provenance) {
    if (proven) {
      return;
    }
    long before =
        Math.max(
            provenance.redeliveries(),
            Headers.number(delivery.properties().getHeaders(), "x-delivery-count", 0));
    if (prefetch.proven(before)) {
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
  }

  boolean isOpen() {
    return !ended.get() && channel.isOpen();
  }

  /** Whether nothing came or was worked on since this time of {@link System#nanoTime}. */
  boolean silentSince(long nanoTime) {
    return lastDelivery - nanoTime < 0 && state.ledger().entry().inFlight() == 0;
  }

  // --- the way of a delivery -----------------------------------------------------------------

  private void handleDelivery(Delivery delivery) {
    state.ledger().receive();
    lastDelivery = System.nanoTime();
    buffer.add(delivery);
    if (!isOpen() || stopping) {
      giveBackWhatIsNotBegun();
    }
  }

  private void deliver(Delivery delivery, Worker worker) throws InterruptedException {
    long tag = delivery.envelope().getDeliveryTag();
    Provenance provenance =
        Provenance.of(
            delivery.envelope().getExchange(),
            delivery.envelope().getRoutingKey(),
            delivery.properties());
    switch (settlement.admit(state, delivery.envelope(), delivery.properties(), provenance)) {
      case UNMATCHED -> {
        ack(tag, Ledger.Column.UNMATCHED);
        return;
      }
      case COUNT_REDELIVERY -> {
        settleAs(
            tag,
            settlement.countRedelivery(
                state, provenance, delivery.properties(), delivery.body(), this::isOpen),
            Ledger.Column.RETRIED);
        return;
      }
      case HANDLE -> {}
    }
    Message message =
        new Message(
            provenance.exchange(),
            provenance.key(),
            Headers.toApi(delivery.properties().getHeaders()),
            Headers.toApi(delivery.properties()),
            delivery.body());
    int attempt = provenance.attempt();
    Outcome outcome = call(message, attempt, worker);
    while (outcome instanceof Outcome.Retry retry && handler.ordered()) {
      // In place: what is behind this message must not overtake it.
      settlement.log(state, message, attempt, retry);
      if (halt.await(retry.delay().toMillis(), TimeUnit.MILLISECONDS)) {
        giveBack(tag);
        return;
      }
      outcome = call(message, ++attempt, worker);
    }
    settle(delivery, provenance.withAttempt(attempt), message, outcome);
    prove(delivery, provenance);
  }

  private Outcome call(Message message, int attempt, Worker worker) throws InterruptedException {
    DeliveryContext context =
        new DeliveryContext(
            message,
            attempt,
            Instant.now().plus(handler.maxDuration()),
            settlement.logFields(state, message, attempt));
    return worker.call(context);
  }

  private void settle(Delivery delivery, Provenance provenance, Message message, Outcome outcome)
      throws InterruptedException {
    long tag = delivery.envelope().getDeliveryTag();
    switch (outcome) {
      case Outcome.Done done -> {
        Optional<Outcome> failure = settlement.done(state, message, done, provenance, this::isOpen);
        if (failure.isPresent()) {
          // What the handler published can never be delivered: the attempt has failed after all.
          settle(delivery, provenance, message, failure.get());
        } else {
          settleAs(tag, isOpen(), Ledger.Column.ACKED);
        }
      }
      case Outcome.Retry retry -> {
        settlement.log(state, message, provenance.attempt(), retry);
        settleAs(
            tag,
            settlement.retry(
                state, retry, provenance, delivery.properties(), delivery.body(), this::isOpen),
            Ledger.Column.RETRIED);
      }
      case Outcome.Dead dead -> {
        settlement.log(state, message, provenance.attempt(), dead);
        settleAs(
            tag,
            settlement.dead(
                state,
                message,
                dead,
                provenance,
                delivery.properties(),
                delivery.body(),
                this::isOpen),
            Ledger.Column.DEAD);
      }
    }
  }

  // --- acknowledgements ----------------------------------------------------------------------

  private void settleAs(long tag, boolean confirmed, Ledger.Column column) {
    if (confirmed) {
      ack(tag, column);
    } else {
      giveBack(tag);
    }
  }

  private void ack(long tag, Ledger.Column column) {
    acks.lock();
    try {
      window.finish(tag, System.nanoTime());
      state.ledger().settle(isOpen() || stopping ? column : Ledger.Column.RETURNED);
      if (buffer.isEmpty() || window.waiting() >= ackBatch()) {
        sendAcks();
      }
      if (window.waiting() > 0 && flush == null) {
        flush = timer.schedule(this::flush, ACK_DELAY.toMillis(), TimeUnit.MILLISECONDS);
      }
    } finally {
      acks.unlock();
    }
  }

  /**
   * A quarter of what may be outstanding, so that the broker never waits for an ack to send more.
   */
  private int ackBatch() {
    return Math.clamp(taken / 4, 1, 64);
  }

  private void flush() {
    acks.lock();
    try {
      flush = null;
      sendAcks();
      if (window.waiting() > 0 && channel.isOpen()) {
        flush = timer.schedule(this::flush, ACK_DELAY.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (java.util.concurrent.RejectedExecutionException e) {
      // The runtime is stopping; close() flushes once more.
    } finally {
      acks.unlock();
    }
  }

  /** Under the lock: the order on the wire must be the order of the window. */
  private void sendAcks() {
    try {
      for (AckWindow.Ack ack : window.take(System.nanoTime())) {
        channel.basicAck(ack.tag(), ack.multiple());
      }
    } catch (IOException | AlreadyClosedException e) {
      // The channel is lost: the broker delivers again, and the supervisor has been told.
      log.debug("acks of queue {} not sent: {}", state.queue(), e.toString());
    }
  }

  private void giveBack(long tag) {
    state.ledger().settle(Ledger.Column.RETURNED);
    acks.lock();
    try {
      window.leave(tag);
      // An ordered handler stays the active consumer until its channel closes, which returns all in
      // order; what it nacked before would come straight back to it.
      if (channel.isOpen() && !handler.ordered()) {
        channel.basicNack(tag, false, true);
      }
    } catch (IOException | AlreadyClosedException e) {
      log.debug("delivery {} of queue {} not given back: {}", tag, state.queue(), e.toString());
    } finally {
      acks.unlock();
    }
  }

  private void giveBackWhatIsNotBegun() {
    List<Delivery> unbegun = new ArrayList<>();
    buffer.drainTo(unbegun);
    for (Delivery delivery : unbegun) {
      if (delivery.isNone()) {
        buffer.add(delivery);
      } else {
        giveBack(delivery.envelope().getDeliveryTag());
      }
    }
  }

  // --- the end -------------------------------------------------------------------------------

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
    if (!handler.ordered()) {
      giveBackWhatIsNotBegun();
    }
    workers.forEach(worker -> buffer.add(Delivery.NONE));
    Instant deadline = Instant.now().plus(handler.maxDuration());
    try {
      for (Worker worker : workers) {
        if (!worker.join(Duration.between(Instant.now(), deadline))) {
          log.warn(
              "handler {} still runs after its maxDuration; its message will be delivered again",
              handler.name());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flush();
    close();
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
    } catch (IOException | java.util.concurrent.TimeoutException | AlreadyClosedException e) {
      log.debug("channel of queue {} not closed: {}", state.queue(), e.toString());
    }
  }

  /** A virtual thread that takes deliveries one after the other. */
  private final class Worker implements Runnable {
    private @Nullable Thread thread;
    private boolean running;
    private boolean interrupted;
    private long overdueAt;

    void start(int number) {
      thread = Thread.ofVirtual().name("pipeforce-" + handler.name() + "-" + number).start(this);
    }

    boolean join(Duration patience) throws InterruptedException {
      Thread t = thread;
      return t == null || t.join(patience.isNegative() ? Duration.ZERO : patience);
    }

    @Override
    public void run() {
      try {
        while (true) {
          Delivery delivery = buffer.take();
          if (delivery.isNone()) {
            return;
          }
          if (!isOpen() || stopping) {
            giveBack(delivery.envelope().getDeliveryTag());
            continue;
          }
          begun.increment();
          deliver(delivery, this);
        }
      } catch (InterruptedException e) {
        // Only close() interrupts between two deliveries.
        Thread.currentThread().interrupt();
      }
    }

    /** Calls the handler and interrupts it when it takes too long. */
    Outcome call(DeliveryContext context) throws InterruptedException {
      // Shared with the subscription before this one, whose handler may still be running.
      state.permits().acquire();
      long begin = System.nanoTime();
      try {
        synchronized (this) {
          running = true;
          interrupted = false;
          overdueAt = begin + handler.maxDuration().toNanos();
        }
        Outcome outcome = settlement.traced(state, context, () -> handler.call(context));
        if (end() && !(outcome instanceof Outcome.Done)) {
          return settlement.overdue(handler, context);
        }
        return outcome;
      } finally {
        end();
        state.permits().release();
        settlement.handled(state, Duration.ofNanos(System.nanoTime() - begin));
      }
    }

    /** Answers whether the handler was interrupted, and makes sure that nothing after it is. */
    private synchronized boolean end() {
      running = false;
      // A flag that the handler did not consume would hit the next delivery.
      boolean leftover = Thread.interrupted();
      return interrupted || leftover;
    }

    synchronized void interruptWhenOverdue() {
      if (running && !interrupted && System.nanoTime() - overdueAt >= 0 && thread != null) {
        interrupted = true;
        thread.interrupt();
      }
    }
  }
}
