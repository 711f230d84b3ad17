package io.pipeforce.internal.amqp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that read ahead as much as the kernel has. The client library reads 8 KiB at a time, and
 * each read of a socket with a time-out is three system calls; at a high rate they cost more than
 * the messages.
 */
final class BufferedSockets extends SocketFactory {
  private static final int SIZE = 64 * 1024;

  private static final class BufferedSocket extends Socket {
    private @Nullable InputStream input;

    @Override
    public synchronized InputStream getInputStream() throws IOException {
      InputStream buffered = input;
      if (buffered == null) {
        buffered = new BufferedInputStream(super.getInputStream(), SIZE);
        input = buffered;
      }
      return buffered;
    }
  }

  @Override
  public Socket createSocket() {
    return new BufferedSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return SocketFactory.getDefault().createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return SocketFactory.getDefault().createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return SocketFactory.getDefault().createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return SocketFactory.getDefault().createSocket(host, port, localHost, localPort);
  }
}
