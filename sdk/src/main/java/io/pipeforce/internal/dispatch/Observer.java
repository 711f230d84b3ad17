package io.pipeforce.internal.dispatch;

import java.time.Duration;

/** Told of what is counted beside the {@link Ledger}. Called from many threads, must not block. */
public interface Observer {
  /** For those who count nothing, such as a client without a service. */
  Observer NONE =
      new Observer() {
        @Override
        public void published() {}

        @Override
        public void unroutable() {}

        @Override
        public void connected() {}

        @Override
        public void resubscribed(String reason) {}

        @Override
        public void redeclared(String what) {}

        @Override
        public void blocked() {}

        @Override
        public void handled(String handler, Duration duration) {}
      };

  /** A message was confirmed by the broker. */
  void published();

  /** A message reached no queue. */
  void unroutable();

  /** A connection was made, the first one or after a loss. */
  void connected();

  /** A handler's consumer was made again. */
  void resubscribed(String reason);

  /** What should be there was gone while the connection stood, and was declared or opened again. */
  void redeclared(String what);

  /** The broker took no more messages (connection.blocked). */
  void blocked();

  /** A handler's method ran, with whatever outcome. */
  void handled(String handler, Duration duration);
}
