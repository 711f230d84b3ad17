package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Sends one request to an instance and brings its answer back, each piece when it is there. The
 * body of the request goes its own way, see {@link Sending}.
 */
final class Exchange {
  private final Client client;
  private final RequestHead request;
  private final InetSocketAddress address;
  private final Sending sending;
  private volatile Upstream upstream;
  private boolean fresh;

  private Exchange(
      Client client, RequestHead request, InetSocketAddress address, Upstream up, boolean fresh) {
    this.client = client;
    this.request = request;
    this.address = address;
    this.upstream = up;
    this.fresh = fresh;
    this.sending = new Sending(client, request, up);
  }

  /**
   * With a connection that was used before when the request can be sent again: the instance may
   * close it at the same moment.
   */
  static Exchange open(
      Client client, RequestHead request, InetSocketAddress address, Optional<Upstream> kept)
      throws IOException {
    Optional<Upstream> used = kept.filter(at -> request.isRepeatable() && at.isTo(address));
    if (used.isPresent()) {
      return new Exchange(client, request, address, used.get(), false);
    }
    kept.ifPresent(Upstream::close);
    Upstream connected = Upstream.connect(address, client.out());
    return new Exchange(client, request, address, connected, true);
  }

  Sending sending() {
    return sending;
  }

  Upstream upstream() {
    return upstream;
  }

  /** Sends the request and awaits the answer's head; answers that come before it are passed on. */
  ResponseHead head() throws NoAnswerException {
    try {
      send();
      sending.start();
      return answer();
    } catch (IOException
        | UncheckedIOException
        | InsufficientDataAvailableException
        | MalformedException e) {
      if (fresh || sending.isGone()) {
        throw noAnswer(e);
      }
      return headAgain();
    }
  }

  private ResponseHead headAgain() throws NoAnswerException {
    upstream.close();
    fresh = true;
    try {
      upstream = Upstream.connect(address, client.out());
      sending.moveTo(upstream);
      send();
      return answer();
    } catch (IOException
        | UncheckedIOException
        | InsufficientDataAvailableException
        | MalformedException e) {
      throw noAnswer(e);
    }
  }

  private static NoAnswerException noAnswer(Exception e) {
    return new NoAnswerException(why(e), e);
  }

  private static String why(Exception e) {
    return switch (e) {
      case InsufficientDataAvailableException _ -> "it closed the connection";
      case UncheckedIOException unchecked -> String.valueOf(unchecked.getCause());
      default -> String.valueOf(e.getMessage());
    };
  }

  private void send() throws IOException {
    upstream.out().write(request.forward(client.address()));
    if (request.framing() instanceof Framing.None || !client.hasMore()) {
      upstream.out().flush();
    }
  }

  private ResponseHead answer() throws IOException, MalformedException {
    while (true) {
      byte[] octets = Head.peek(upstream.in());
      upstream.in().skip(octets.length);
      ResponseHead head = ResponseHead.of(Head.lines(octets), request.method());
      if (head.isSwitch() && !request.isUpgrade()) {
        throw new MalformedException("it switches protocols, which nobody asked for");
      }
      if (!head.isInterim()) {
        return head;
      }
      client.out().write(head.forward(false));
      client.out().flush();
    }
  }

  /**
   * Passes the answer on.
   *
   * @throws CutException when it ends too early: then the client's connection must be cut, so that
   *     it does not look whole
   */
  void bring(ResponseHead head, boolean close) throws CutException {
    try {
      client.out().write(head.forward(close));
      BodyReader body = new BodyReader(upstream.in(), head.framing());
      BodyWriter writer = new BodyWriter(client.out(), head.forwarded());
      for (Optional<BufferData> piece = body.next(); piece.isPresent(); piece = body.next()) {
        writer.write(piece.get());
      }
      writer.end();
      client.out().flush();
    } catch (IOException
        | UncheckedIOException
        | InsufficientDataAvailableException
        | MalformedException e) {
      throw new CutException(why(e), e);
    }
  }

  /** Ends it, whatever it is doing. */
  void abort() {
    upstream.close();
  }

  /** Passes on all that comes, until the service ends it. */
  void tunnel(ResponseHead head) {
    try {
      client.out().write(head.forward(false));
      client.out().flush();
      sending.switched(true);
      while (true) {
        upstream.in().ensureAvailable();
        upstream.in().readBuffer().writeTo(client.out());
      }
    } catch (IOException | UncheckedIOException | InsufficientDataAvailableException _) {
      // Both ends know how a tunnel ends: it is over when one of them has gone.
    } finally {
      upstream.close();
    }
  }

  /** Whether the instance takes another request on the same connection after this answer. */
  boolean isReusable(ResponseHead head) {
    return head.isPersistent() && sending.isDone() && upstream.in().available() == 0;
  }
}
