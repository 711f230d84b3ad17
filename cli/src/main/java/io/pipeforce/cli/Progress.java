package io.pipeforce.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Tells what is waited for when it takes longer than two seconds: at a terminal in one line that
 * counts the seconds, else in a line now and then.
 */
final class Progress implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration NOW_AND_THEN = Duration.ofSeconds(30);

  private final PrintWriter err;
  private final String what;
  private final boolean terminal;
  private final Thread thread;

  private Progress(PrintWriter err, String what, boolean terminal) {
    this.err = err;
    this.what = what;
    this.terminal = terminal;
    thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::run);
  }

  /** Tells it on standard error until this is closed. */
  static Progress of(PrintWriter err, String what) {
    // Java cannot tell what standard error is; the script pi does.
    Progress progress = new Progress(err, what, Boolean.getBoolean("pi.terminal"));
    progress.thread.start();
    return progress;
  }

  private void run() {
    long begun = System.nanoTime();
    boolean written = false;
    try {
      Thread.sleep(QUIET);
      while (true) {
        String line = "waiting for %s … %d s".formatted(what, seconds(begun));
        if (terminal) {
          err.print("\r" + line);
          err.flush();
          written = true;
          Thread.sleep(Duration.ofSeconds(1));
        } else {
          err.println(line);
          Thread.sleep(NOW_AND_THEN);
        }
      }
    } catch (InterruptedException _) {
      if (written) {
        // The line of the terminal is for what comes now.
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }

  private static long seconds(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
