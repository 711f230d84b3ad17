package io.pipeforce.broker;

import io.pipeforce.broker.wire.AmqpException;
import io.pipeforce.broker.wire.ChannelMethod;
import io.pipeforce.broker.wire.ConnectionMethod;
import io.pipeforce.broker.wire.Frame;
import io.pipeforce.broker.wire.FrameReader;
import io.pipeforce.broker.wire.FrameWriter;
import io.pipeforce.broker.wire.Method;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a script and listens as a library would: a channel that the broker has closed is closed and
 * opened again, so that the rest of the script is heard.
 */
final class HostileClient {
  /** A deaf client waits for nobody: the broker stops to read it sooner or later. */
  private static final Duration DEAF = Duration.ofSeconds(1);

  private static final Duration POLITE = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int FLUSH = 8 * 1024;

  private final HostileScript script;
  private final Socket socket;
  private final OutputStream out;
  private final Map<Integer, Integer> refusals = new ConcurrentHashMap<>();
  private volatile boolean over;
  private int sent;
  private long octets;

  private HostileClient(HostileScript script, Socket socket) throws IOException {
    this.script = script;
    this.socket = socket;
    out = socket.getOutputStream();
  }

  /**
   * How it went.
   *
   * @param frames so many were sent before the end
   * @param octets in these frames
   * @param refusals how often the broker answered with which code
   * @param finding what a broker must not do
   */
  record Outcome(
      int frames, long octets, Map<Integer, Integer> refusals, Optional<String> finding) {}

  static Outcome run(
      HostileScript script, int port, ExecutorService readers, ScheduledExecutorService clock) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      // Thousands of ended connections would hold their ports otherwise.
      socket.setSoLinger(true, 0);
      HostileClient client = new HostileClient(script, socket);
      Future<?> limit =
          clock.schedule(
              client::cut,
              (script.listens() ? PATIENCE.multipliedBy(2) : DEAF).toMillis(),
              TimeUnit.MILLISECONDS);
      try {
        return client.run(readers);
      } finally {
        limit.cancel(false);
      }
    } catch (IOException e) {
      return new Outcome(0, 0, Map.of(), Optional.of("cannot connect: " + e));
    }
  }

  private void cut() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed, then.
    }
  }

  private Outcome run(ExecutorService readers) {
    if (!script.listens()) {
      write();
      end();
      return outcome(Optional.empty());
    }
    Future<Optional<String>> heard = readers.submit(this::listen);
    write();
    end();
    try {
      return outcome(await(heard));
    } catch (ExecutionException e) {
      return outcome(Optional.of("the broker said what cannot be read: " + e.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return outcome(Optional.empty());
    }
  }

  private Outcome outcome(Optional<String> finding) {
    return new Outcome(sent, octets, Map.copyOf(refusals), finding);
  }

  private Optional<String> await(Future<Optional<String>> heard)
      throws ExecutionException, InterruptedException {
    try {
      return heard.get(POLITE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // The broker still waits for the rest of a frame, which may be: that there is none ends it.
      shutdownOutput();
    }
    try {
      return heard.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return Optional.of("hangs: its client is through, and the connection is still open");
    }
  }

  private void write() {
    try {
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      for (HostileScript.Step step : script.steps()) {
        if (over) {
          return;
        }
        for (byte[] frame : step.frames()) {
          batch.write(frame);
          octets += frame.length;
        }
        sent += step.frames().size();
        if (batch.size() >= FLUSH) {
          flush(batch);
        }
      }
      flush(batch);
    } catch (IOException _) {
      // It was shown the door, which it deserved.
    }
  }

  private void flush(ByteArrayOutputStream batch) throws IOException {
    synchronized (out) {
      out.write(batch.toByteArray());
    }
    batch.reset();
  }

  private void end() {
    switch (script.ending()) {
      case CLOSE -> send(0, new ConnectionMethod.Close(200, "", 0, 0));
      case HALF_CLOSE -> shutdownOutput();
      case DROP -> {
        try {
          socket.setSoLinger(false, 0);
        } catch (IOException _) {
          // It is closed already.
        }
        cut();
      }
      case RESET -> cut();
    }
  }

  private void shutdownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException _) {
      // It is closed already.
    }
  }

  private void send(int channel, Method... methods) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try {
      FrameWriter frames = new FrameWriter(octets, 131_072);
      for (Method method : methods) {
        frames.method(channel, method);
      }
      frames.flush();
      synchronized (out) {
        out.write(octets.toByteArray());
      }
    } catch (IOException _) {
      // Nobody is there to hear it.
    }
  }

  /** Answers what was wrong with what the broker said; it may say that it wants no more. */
  private Optional<String> listen() {
    try {
      InputStream in = socket.getInputStream();
      byte[] greeting = in.readNBytes(8);
      if (greeting.length < 8 || greeting[0] == 'A') {
        return Optional.empty();
      }
      FrameReader frames =
          new FrameReader(new SequenceInputStream(new ByteArrayInputStream(greeting), in), 131_072);
      while (true) {
        hear(frames.next());
      }
    } catch (EOFException | SocketException _) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("reading failed: " + e);
    } catch (AmqpException e) {
      return Optional.of("the broker said what cannot be read: " + e.getMessage());
    } finally {
      over = true;
    }
  }

  private void hear(Frame frame) {
    if (!(frame instanceof Frame.MethodFrame(int channel, Method method))) {
      return;
    }
    switch (method) {
      case ConnectionMethod.Close close -> {
        refusals.merge(close.replyCode(), 1, Integer::sum);
        over = true;
        send(0, new ConnectionMethod.CloseOk());
        shutdownOutput();
      }
      // The broker leaves it to the client to hang up.
      case ConnectionMethod.CloseOk _ -> shutdownOutput();
      case ChannelMethod.Close close -> {
        refusals.merge(close.replyCode(), 1, Integer::sum);
        send(channel, new ChannelMethod.CloseOk(), new ChannelMethod.Open());
      }
      default -> {}
    }
  }
}
