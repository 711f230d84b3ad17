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
  private static final Duration DELAY = Duration.ofMillis(50);

  /** How long they may wait for a slow one before them. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Channel channel;
  private final ScheduledExecutorService timer;
  private final ReentrantLock lock = new ReentrantLock();
  private final AckWindow window = new AckWindow(PATIENCE);
  private @Nullable ScheduledFuture<?> flush;

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
      window.finish(tag, System.nanoTime());
      if (idle || window.waiting() >= batch) {
        send();
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
      send();
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

  private void send() {
    try {
      for (AckWindow.Ack ack : window.take(System.nanoTime())) {
        channel.basicAck(ack.tag(), ack.multiple());
      }
    } catch (IOException | AlreadyClosedException e) {
      log.debug("acks not sent: {}", e.toString());
    }
  }
}
