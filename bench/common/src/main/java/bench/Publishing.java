package bench;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Publishes {@code BENCH_EXPECT} orders with up to {@code BENCH_OUTSTANDING} unconfirmed ones, and
 * times those after the first {@code BENCH_WARM_UP}. One thread publishes, as one would by hand.
 */
public final class Publishing {
  private static final long EXPECT = Meter.number("BENCH_EXPECT", 0);
  private static final long WARM_UP = Meter.number("BENCH_WARM_UP", 0);
  private static final int OUTSTANDING = (int) Meter.number("BENCH_OUTSTANDING", 1000);

  private final Semaphore permits = new Semaphore(OUTSTANDING);
  private final AtomicLong confirmed = new AtomicLong();

  /** Whether this process was started to publish. */
  public static boolean wanted() {
    return System.getenv("BENCH_PUBLISH") != null;
  }

  /** Publishes by a client whose confirm is a future. */
  public static void run(Function<Order, CompletionStage<?>> client) throws InterruptedException {
    Publishing publishing = new Publishing();
    for (long i = 0; i < EXPECT; i++) {
      publishing.await();
      client
          .apply(Order.numbered(i))
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  failed(failure);
                }
                publishing.confirmed(1);
              });
    }
  }

  /** How many to publish. */
  public static long expected() {
    return EXPECT;
  }

  /** Blocks while too many are outstanding. */
  public void await() throws InterruptedException {
    permits.acquire();
  }

  /** So many were confirmed. */
  public void confirmed(int messages) {
    permits.release(messages);
    long after = confirmed.addAndGet(messages);
    if (after - messages < WARM_UP && after >= WARM_UP) {
      Meter.begin();
    }
    if (after == EXPECT) {
      Meter.end(EXPECT);
    }
  }

  /** One was refused: the measurement is void. */
  public static void failed(Throwable failure) {
    failure.printStackTrace();
    Meter.say("failed " + failure);
  }
}
