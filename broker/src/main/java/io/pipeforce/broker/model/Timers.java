package io.pipeforce.broker.model;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one clock that all queues and connections share. It wakes only for what is due and hands the
 * work to a virtual thread, so that slow work delays no other.
 */
public final class Timers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

  private final ScheduledThreadPoolExecutor executor;

  public Timers() {
    executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("broker-timers").factory());
    executor.setRemoveOnCancelPolicy(true);
  }

  /** Work that is due later. */
  public interface Due {
    /** Prevents it, unless it has begun. */
    void cancel();
  }

  /** Runs the work once, after the delay. After {@link #close} nothing runs. */
  public Due after(Duration delay, Runnable work) {
    try {
      Future<?> future =
          executor.schedule(
              () -> Thread.startVirtualThread(() -> run(work)),
              delay.toNanos(),
              TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException _) {
      return () -> {};
    }
  }

  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("Work of a timer failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
