package io.pipeforce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How quiet the machine is, read around every round. */
public final class Noise {
  /** The name under which the noise stands in the results. */
  public static final String MACHINE = "machine";

  private static final int ROUNDS = 150_000_000;

  private Noise() {}

  /** Load average of the last minute. */
  public static double load() {
    return Double.parseDouble(read("/proc/loadavg").split(" ", -1)[0]);
  }

  /** The CPU time of all cores since boot, and the part that other machines took, in ticks. */
  public record Cpu(long total, long stolen) {
    public static Cpu now() {
      String[] fields = read("/proc/stat").lines().findFirst().orElseThrow().split(" +", -1);
      long total = 0;
      // user nice system idle iowait irq softirq steal; guest time is part of user.
      for (int i = 1; i <= 8; i++) {
        total += Long.parseLong(fields[i]);
      }
      return new Cpu(total, Long.parseLong(fields[8]));
    }

    /** The share that was stolen since then, in percent. */
    public double stolenSince(Cpu before) {
      return total == before.total ? 0 : 100.0 * (stolen - before.stolen) / (total - before.total);
    }
  }

  /** Milliseconds that a fixed computation takes on one core: about a fifth of a second. */
  public static double calibration() {
    long begin = System.nanoTime();
    long x = 88_172_645_463_325_252L;
    for (int i = 0; i < ROUNDS; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    if (x == 0) { // Never: but so the loop has to be run.
      throw new IllegalStateException("xorshift has no zero");
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  /** What is measured on. */
  public static List<String> machine() {
    String model =
        read("/proc/cpuinfo")
            .lines()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown CPU");
    String memory = read("/proc/meminfo").lines().findFirst().orElse("").replaceAll("\\D", "");
    return List.of(
        "machine\t"
            + Runtime.getRuntime().availableProcessors()
            + " cores ("
            + model
            + "), "
            + Long.parseLong(memory) / (1 << 20)
            + " GiB, Linux "
            + System.getProperty("os.version").replaceAll("[^0-9.].*", ""),
        "java\t" + System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
