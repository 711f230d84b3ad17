package io.pipeforce.internal.amqp;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.pipeforce.internal.dispatch.AckWindow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the acknowledgements of one channel, in the order of its {@link AckWindow}. What cannot be
 * sent because the channel is lost, the broker delivers again. Safe for threads.
 */
final class Acks {
  private static final Logger log = LoggerFactory.getLogger(Acks.class);

  /** How long finished deliveries may wait to be acked together. */
  private static final Duration DELAY = Duration.ofMillis(5);

  /**
   * An idle handler acks at once, but not more often than this: one that is faster than its broker
   * is idle after each message, and an ack for each is what costs both of them most.
   */
  private static final Duration REST = Duration.ofMillis(1);

  /** How long they may wait for a slow one before them. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Channel channel;
  private final ScheduledExecutorService timer;
  private final ReentrantLock lock = new ReentrantLock();
  private final AckWindow window = new AckWindow(PATIENCE);
  private @Nullable ScheduledFuture<?> flush;
  private long lastSent = System.nanoTime() - REST.toNanos();

  Acks(Channel channel, ScheduledExecutorService timer) {
    this.channel = channel;
    this.timer = timer;
  }

  /**
   * Acks a delivery: at once when the batch is full or there is nothing else to do, else a little
   * later, together with others.
   */
  void ack(long tag, boolean idle, int batch) {
    lock.lock();
    try {
      long now = System.nanoTime();
      window.finish(tag, now);
      if (window.waiting() >= batch || (idle && now - lastSent >= REST.toNanos())) {
        send(now);
      }
      scheduleFlush();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a delivery out of the order of acks, and tells the broker to deliver it again. */
  void giveBack(long tag, boolean tellTheBroker) {
    lock.lock();
    try {
      window.leave(tag);
      if (tellTheBroker && channel.isOpen()) {
        channel.basicNack(tag, false, true);
      }
    } catch (IOException | AlreadyClosedException e) {
      log.debug("delivery {} not given back: {}", tag, e.toString());
    } finally {
      lock.unlock();
    }
  }

  /** Acks all that can be acked. */
  void flush() {
    lock.lock();
    try {
      flush = null;
      send(System.nanoTime());
      scheduleFlush();
    } finally {
      lock.unlock();
    }
  }

  private void scheduleFlush() {
    if (window.waiting() > 0 && flush == null && channel.isOpen()) {
      try {
        flush = timer.schedule(this::flush, DELAY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("stopping: the last flush has been done by the drain");
      }
    }
  }

  private void send(long now) {
    lastSent = now;
    try {
      for (AckWindow.Ack ack : window.take(now)) {
        channel.basicAck(ack.tag(), ack.multiple());
      }
    } catch (IOException | AlreadyClosedException e) {
      log.debug("acks not sent: {}", e.toString());
    }
  }
}
