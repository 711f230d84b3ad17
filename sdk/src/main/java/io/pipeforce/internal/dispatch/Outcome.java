package io.pipeforce.internal.dispatch;

import io.pipeforce.OutgoingMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one call of a handler, before anything is told to the broker. */
public sealed interface Outcome {
  /**
   * The handler succeeded.
   *
   * @param publications what it published, in order
   * @param reply the answer for the requester
   */
  record Done(List<OutgoingMessage> publications, Optional<Object> reply) implements Outcome {
    static final Done PLAIN = new Done(List.of(), Optional.empty());

    /** Whether anything has to be confirmed before the ack. */
    public boolean publishes() {
      return !publications.isEmpty() || reply.isPresent();
    }
  }

  /** It did not succeed. */
  sealed interface Failed extends Outcome permits Retry, Dead {
    /** What was thrown, when something was. */
    @Nullable Throwable error();
  }

  /** The attempt failed; the message is to come back after the delay. */
  record Retry(Duration delay, Throwable error) implements Failed {}

  /** The message is given up. A reason longer than a paragraph is cut: it travels in headers. */
  record Dead(String reason, @Nullable Throwable error) implements Failed {
    private static final int LENGTH = 1000;

    public Dead {
      if (reason.length() > LENGTH) {
        reason = reason.substring(0, LENGTH) + "…";
      }
    }
  }
}
