package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings the body of a request to a service, and from then on watches whether the client is still
 * there, on a thread of its own; when it is not, the service's connection is closed. Ends when the
 * client begins its next request.
 */
final class Sending {
  /** For what the other side of a tunnel still says when one has ended. */
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private final Client client;
  private final RequestHead request;
  private final CompletableFuture<Boolean> switched = new CompletableFuture<>();
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile @Nullable Upstream to;
  private volatile boolean done;
  private volatile boolean gone;
  private volatile @Nullable MalformedException malformed;
  private final Thread thread;

  /**
   * @param to where it goes; nowhere when it is null
   */
  Sending(Client client, RequestHead request, @Nullable Upstream to) {
    this.client = client;
    this.request = request;
    this.to = to;
    this.done = request.framing() instanceof Framing.None;
    this.thread = Thread.ofVirtual().name("ingress-request").unstarted(this::run);
  }

  /** Once; it may be called again. */
  void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** Lets go of the service: what still comes is read and thrown away. */
  void discard() {
    Upstream old = to;
    to = null;
    if (old != null) {
      old.close();
    }
  }

  /** The same request, which has no body, has been sent on another connection. */
  void moveTo(Upstream other) {
    to = other;
    if (gone) {
      other.close();
    }
  }

  /** Whether the whole body has been read. */
  boolean isDone() {
    return done;
  }

  boolean isGone() {
    return gone;
  }

  /** What was wrong with the body. */
  Optional<MalformedException> malformed() {
    return Optional.ofNullable(malformed);
  }

  /** From here on the connection is a tunnel, or it is not. */
  void switched(boolean tunnel) {
    switched.complete(tunnel);
  }

  /** Nothing more comes from the service. */
  void answered() {
    answered.countDown();
    switched.complete(false);
  }

  /** Whether the client goes on with another request; blocks until that is known. */
  boolean awaitNext() throws InterruptedException {
    thread.join();
    return done && !gone;
  }

  /** Gives a client that still sends the time to read the answer. */
  void linger(Duration time) throws InterruptedException {
    thread.join(time);
  }

  private void run() {
    try {
      bringBody();
      client.watch();
      if (request.isUpgrade() && switched.join()) {
        tunnel();
      }
    } catch (GoneException _) {
      gone = true;
      abandon();
    } catch (MalformedException e) {
      malformed = e;
      abandon();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The body will not be whole: the service must not take it for such. */
  private void abandon() {
    Upstream old = to;
    if (old != null) {
      old.close();
    }
  }

  private void bringBody() throws MalformedException {
    BodyReader body = client.body(request.framing());
    Upstream at = to;
    @Nullable BodyWriter writer = at == null ? null : new BodyWriter(at.out(), request.framing());
    Optional<BufferData> piece;
    do {
      piece = client.next(body);
      done = body.hasEnded(); // Before it is sent, since the answer may be there at once.
      writer = write(writer, piece);
    } while (piece.isPresent());
  }

  /** Answers null from when the service takes no more; its answer may come all the same. */
  private @Nullable BodyWriter write(@Nullable BodyWriter writer, Optional<BufferData> piece) {
    Upstream at = to;
    if (at == null || writer == null) {
      return null;
    }
    try {
      if (piece.isPresent()) {
        writer.write(piece.get());
      } else {
        writer.end();
      }
      at.out().flush();
      return writer;
    } catch (IOException | UncheckedIOException _) {
      return null;
    }
  }

  private void tunnel() throws InterruptedException {
    Upstream at = to;
    if (at == null) {
      return;
    }
    try {
      while (true) {
        client.read().writeTo(at.out());
        at.out().flush();
      }
    } catch (GoneException _) {
      gone = true;
      endTunnel(at);
    } catch (IOException | UncheckedIOException _) {
      at.close();
    }
  }

  private void endTunnel(Upstream at) throws InterruptedException {
    try {
      at.endOutput();
      if (!answered.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
        at.close();
      }
    } catch (IOException _) {
      at.close();
    }
  }
}
