package io.pipeforce.bench.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client that costs as little as one can. */
final class Caller implements AutoCloseable {
  private static final byte[] PIECE = new byte[64 << 10];

  private final Socket socket;
  private final InputStream in;
  private final byte[] sink = new byte[64 << 10];

  Caller(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
  }

  /** Gets so many octets. */
  void get(long octets) throws IOException {
    send("GET /" + octets + " HTTP/1.1\r\nHost: bench-local.localhost\r\n\r\n");
    long length = length(in);
    if (length != octets) {
      throw new IOException("expected " + octets + " octets, was: " + length);
    }
    skip(in, sink, octets);
  }

  /** Sends so many octets. */
  void post(long octets) throws IOException {
    send(
        "POST / HTTP/1.1\r\nHost: bench-local.localhost\r\nContent-Length: " + octets + "\r\n\r\n");
    for (long left = octets; left > 0; left -= PIECE.length) {
      socket.getOutputStream().write(PIECE, 0, (int) Math.min(left, PIECE.length));
    }
    length(in);
  }

  private void send(String head) throws IOException {
    socket.getOutputStream().write(head.getBytes(US_ASCII));
  }

  /** Reads a head; the length that it tells, or 0. */
  static long length(InputStream in) throws IOException {
    long length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Content-Length: ")) {
        length = Long.parseLong(line.substring("Content-Length: ".length()));
      }
    }
    return length;
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException();
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  static void skip(InputStream in, byte[] sink, long octets) throws IOException {
    for (long left = octets; left > 0; ) {
      int read = in.read(sink, 0, (int) Math.min(left, sink.length));
      if (read < 0) {
        throw new EOFException();
      }
      left -= read;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
