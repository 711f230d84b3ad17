package io.pipeforce.hub.ingress;

import java.time.Duration;

/** For how long a client has been waited for: to send what it began, or to take its answer. */
final class Waiting {
  private static final long NOT = Long.MIN_VALUE;

  private volatile long reading = NOT;
  private volatile long writing = NOT;

  void read() {
    reading = System.nanoTime();
  }

  void readDone() {
    reading = NOT;
  }

  void write() {
    writing = System.nanoTime();
  }

  void writeDone() {
    writing = NOT;
  }

  Duration time() {
    long now = System.nanoTime();
    return Duration.ofNanos(Math.max(since(reading, now), since(writing, now)));
  }

  private static long since(long start, long now) {
    return start == NOT ? 0 : now - start;
  }
}
