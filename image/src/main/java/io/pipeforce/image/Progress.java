package io.pipeforce.image;

import java.time.Duration;
import java.util.function.Consumer;

/** Tells how far a transfer is, when it takes so long that somebody wonders. */
final class Progress {
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final long MEGABYTE = 1_000_000;

  private final String what;
  private final long total;
  private final Consumer<String> lines;
  private long done;
  private long next = System.nanoTime() + SILENCE.toNanos();

  Progress(String what, long total, Consumer<String> lines) {
    this.what = what;
    this.total = total;
    this.lines = lines;
  }

  synchronized void add(long bytes) {
    done += bytes;
    long now = System.nanoTime();
    if (now - next >= 0) {
      next = now + SILENCE.toNanos();
      lines.accept(what + ": " + done / MEGABYTE + " of " + total / MEGABYTE + " MB");
    }
  }
}
