package io.pipeforce.hub.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes from one client. A client that sends a request a letter at a time is cut off, and the
 * command of one that goes away is interrupted: while it runs, a thread reads ahead, and what it
 * reads is the beginning of the next request, or the end.
 *
 * <p>Used by the thread of its connection alone.
 */
final class ClientLine implements Supplier<byte @Nullable []> {
  /** The line of the request that this thread serves. */
  static final ScopedValue<ClientLine> CURRENT = ScopedValue.newInstance();

  private static final Logger LOG = LoggerFactory.getLogger(ClientLine.class);

  /** For a client to read why it was refused. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** What a request asks for. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  private final ConnectionContext context;
  private final Duration patience;
  private final BooleanSupplier betweenRequests;
  private long begun = System.nanoTime();
  private boolean firstLineIsOpen;
  private boolean isLast;
  private @Nullable CompletableFuture<Optional<byte[]>> ahead;

  /**
   * @param patience how long a head may take, and how long a body
   * @param betweenRequests whether the next octets are of the first line of a request; the web
   *     server itself limits how long it waits for its beginning
   */
  ClientLine(ConnectionContext context, Duration patience, BooleanSupplier betweenRequests) {
    this.context = context;
    this.patience = patience;
    this.betweenRequests = betweenRequests;
  }

  /**
   * The head of a request has been read; now comes its body.
   *
   * @param isLast whether the client wants the connection to be closed after the answer, which the
   *     web server says that it does, and does not
   */
  void headIsRead(boolean isLast) {
    begun = System.nanoTime();
    this.isLast = isLast;
  }

  /** The next octets; null at the end. */
  @Override
  public byte @Nullable [] get() {
    boolean isNext = betweenRequests.getAsBoolean() && !firstLineIsOpen;
    if (isNext && isLast) {
      return null;
    }
    Optional<byte[]> octets;
    if (isNext && ahead == null) {
      octets = read();
    } else {
      octets = await(readAhead(), isNext);
      ahead = null;
    }
    if (isNext) {
      begun = System.nanoTime();
    }
    firstLineIsOpen =
        betweenRequests.getAsBoolean() && octets.filter(ClientLine::endsNoLine).isPresent();
    return octets.orElse(null);
  }

  private static boolean endsNoLine(byte[] octets) {
    for (byte octet : octets) {
      if (octet == '\n') {
        return false;
      }
    }
    return true;
  }

  private CompletableFuture<Optional<byte[]>> readAhead() {
    CompletableFuture<Optional<byte[]>> reading = ahead;
    if (reading == null) {
      reading = CompletableFuture.supplyAsync(this::read, Thread::startVirtualThread);
      ahead = reading;
    }
    return reading;
  }

  private Optional<byte[]> read() {
    DataReader source = context.dataReader();
    try {
      source.ensureAvailable();
      return Optional.of(source.readBytes(source.available()));
    } catch (DataReader.InsufficientDataAvailableException _) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> await(CompletableFuture<Optional<byte[]>> reading, boolean isNext) {
    try {
      return isNext
          ? reading.get()
          : reading.get(patience.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debug(
          "A request from {} did not come within {}; its connection is closed",
          context.remotePeer().host(),
          patience);
      throw new CloseConnectionException("The request did not come in time", e);
    } catch (ExecutionException e) {
      throw new CloseConnectionException("The client is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("The server closes", e);
    }
  }

  /**
   * Reads on for a moment after a refusal, and throws it away: hanging up on a client that still
   * sends would take the answer from it (RFC 9112, 9.6).
   */
  void linger() throws InterruptedException {
    long until = System.nanoTime() + LINGER.toNanos();
    try {
      while (readAhead().get(until - System.nanoTime(), TimeUnit.NANOSECONDS).isPresent()) {
        ahead = null;
      }
    } catch (TimeoutException e) {
      LOG.debug("{} still sends; its connection is closed", context.remotePeer().host());
    } catch (ExecutionException e) {
      LOG.debug("A refused client hung up", e);
    }
  }

  /**
   * Does work that may take its time; interrupts it when the client goes away.
   *
   * @param what for the log
   * @throws CloseConnectionException when the client went away: nobody reads an answer
   */
  <T> T whileConnected(String what, Work<T> work) throws InterruptedException {
    Watched watched = new Watched(Thread.currentThread());
    var _ =
        readAhead()
            .whenComplete((octets, failure) -> {
              if (failure != null || octets.isEmpty()) {
                watched.end();
              }
            });
    T result;
    try {
      result = work.run();
    } catch (InterruptedException | RuntimeException e) {
      giveUp(watched, what);
      throw e;
    }
    giveUp(watched, what);
    return result;
  }

  private static void giveUp(Watched watched, String what) {
    if (watched.done()) {
      LOG.warn("{} was given up, since its client went away", what);
      throw new CloseConnectionException("The client is gone");
    }
  }

  /** A thread that is interrupted when its client goes away, and not a moment later. */
  private static final class Watched {
    private final Thread thread;
    private boolean done;
    private boolean interrupted;

    private Watched(Thread thread) {
      this.thread = thread;
    }

    private synchronized void end() {
      if (!done) {
        interrupted = true;
        thread.interrupt();
      }
    }

    /** Answers whether it was interrupted. */
    private synchronized boolean done() {
      done = true;
      if (interrupted) {
        Thread.interrupted(); // It has done its work.
      }
      return interrupted;
    }
  }
}
