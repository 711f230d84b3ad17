package bench;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every handler calls once per message. Tells the driver, by lines on standard output that
 * begin with {@code BENCH}, when the first message was handled, and how long the counted ones took:
 * those after the first {@code BENCH_WARM_UP} up to number {@code BENCH_EXPECT}.
 */
public final class Meter {
  private static final long EXPECT = number("BENCH_EXPECT", Long.MAX_VALUE);
  private static final long WARM_UP = number("BENCH_WARM_UP", 0);
  private static final String LATENCIES = System.getenv("BENCH_LATENCIES");

  private static final AtomicLong count = new AtomicLong();
  private static final AtomicLong sum = new AtomicLong();
  private static final long[] latencies =
      new long[LATENCIES == null ? 0 : (int) (EXPECT - WARM_UP)];
  private static volatile long beginNanos;
  private static volatile long beginTicks;

  private Meter() {}

  /** One order was handled. */
  public static void handled(Order order) {
    long total = order.total();
    long now = LATENCIES == null ? 0 : System.nanoTime();
    long sumNow = sum.addAndGet(total);
    long number = count.incrementAndGet();
    if (LATENCIES != null && number > WARM_UP && number <= EXPECT) {
      latencies[(int) (number - WARM_UP - 1)] = now - order.sentAt();
    }
    if (number == 1) {
      say("first " + System.nanoTime());
    }
    if (number == WARM_UP) {
      begin();
    }
    if (number == EXPECT) {
      end(sumNow);
    }
  }

  static void begin() {
    beginTicks = ticks();
    beginNanos = System.nanoTime();
  }

  static void end(long checksum) {
    long now = System.nanoTime();
    long nanos = now - beginNanos;
    long cpu = ticks() - beginTicks;
    if (LATENCIES != null) {
      write(latencies, Path.of(LATENCIES));
    }
    say("done " + nanos + " " + cpu + " " + checksum + " " + now);
  }

  /** A line for the driver. */
  static void say(String text) {
    System.out.println("BENCH " + text);
  }

  static long number(String variable, long otherwise) {
    String text = System.getenv(variable);
    return text == null ? otherwise : Long.parseLong(text);
  }

  /** CPU time of this process so far, user and system, in clock ticks. */
  private static long ticks() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(long[] values, Path file) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
