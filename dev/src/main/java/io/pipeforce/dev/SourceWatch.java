package io.pipeforce.dev;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells when files have changed: looks at them four times a second, and waits until an editor that
 * writes several at once has finished. Looking is as quick as being told for a source tree, and
 * works on every file system.
 */
final class SourceWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final Duration SETTLED = Duration.ofMillis(60);

  private final List<Path> roots;
  private final Consumer<List<Path>> changed;
  private final Thread thread;
  private Fingerprint last;

  /** Watches these files and folders, beginning with how they are now. */
  SourceWatch(List<Path> roots, Consumer<List<Path>> changed) {
    this.roots = List.copyOf(roots);
    this.changed = changed;
    this.last = Fingerprint.of(this.roots);
    this.thread = Thread.ofVirtual().name("pi-source-watch").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        Fingerprint now = Fingerprint.of(roots);
        if (now.equals(last)) {
          continue;
        }
        Fingerprint before = last;
        while (!now.equals(last)) {
          last = now;
          Thread.sleep(SETTLED);
          now = Fingerprint.of(roots);
        }
        List<Path> files = now.changedSince(before);
        if (!files.isEmpty()) {
          changed.accept(files);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
