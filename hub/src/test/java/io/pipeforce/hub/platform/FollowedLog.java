package io.pipeforce.hub.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What comes out of a log while it is followed. */
final class FollowedLog implements AutoCloseable {
  private final ByteArrayOutputStream followed = new ByteArrayOutputStream();
  private final Thread follower;

  private FollowedLog(Logs logs) {
    follower =
        Thread.startVirtualThread(() -> {
          try {
            logs.copyTo(followed, true);
          } catch (IOException e) {
            throw new AssertionError(e);
          } catch (InterruptedException _) {
            // Enough.
          }
        });
  }

  static FollowedLog of(Logs logs) {
    return new FollowedLog(logs);
  }

  String text() {
    return followed.toString(StandardCharsets.UTF_8);
  }

  /** Whether no more comes. */
  boolean hasEnded() {
    return !follower.isAlive();
  }

  @Override
  public void close() throws InterruptedException {
    follower.interrupt();
    follower.join();
  }
}
