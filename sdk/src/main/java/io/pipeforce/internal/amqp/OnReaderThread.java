package io.pipeforce.internal.amqp;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs the client library's callbacks where they arise: on the thread that reads the connection.
 *
 * <p>The library would otherwise hand each delivery to a pool, and we hand it on to the handler's
 * own thread: two wake-ups for one message. The price is that a callback must neither block nor
 * wait for an answer of the broker, which the same thread would have to read.
 */
final class OnReaderThread extends AbstractExecutorService {
  @Override
  public void execute(Runnable callback) {
    callback.run();
  }

  // Shared by all connections, and never shut down by them.

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
