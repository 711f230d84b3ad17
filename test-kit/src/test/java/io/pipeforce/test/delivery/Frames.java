package io.pipeforce.test.delivery;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes on what a broker says, frame by frame, and can leave out what it delivers or confirms.
 * Everything else, heartbeats too, still comes through, so that both sides believe that all is
 * well.
 */
final class Frames {
  private static final int METHOD = 1;
  private static final int CHANNEL_OPEN_OK = 20 << 16 | 11;
  private static final int BASIC_DELIVER = 60 << 16 | 60;
  private static final int BASIC_ACK = 60 << 16 | 80;

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong deafSince = new AtomicLong(-1);
  private volatile Set<Integer> lost = Set.of();
  private final AtomicInteger swallowed = new AtomicInteger();

  /** From now on the channels that are open get no deliveries; those opened later do. */
  void loseDeliveries() {
    lose(Set.of(BASIC_DELIVER));
  }

  /** The same with confirms. */
  void loseConfirms() {
    lose(Set.of(BASIC_ACK));
  }

  private void lose(Set<Integer> methods) {
    lost = methods;
    deafSince.set(now.getAndIncrement());
  }

  /** How many were left out. */
  int swallowed() {
    return swallowed.get();
  }

  /** Passes on until the broker is gone. */
  void pass(InputStream from, OutputStream to) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from, 64 * 1024));
    BufferedOutputStream out = new BufferedOutputStream(to, 64 * 1024);
    Map<Integer, Long> opened = new HashMap<>();
    Set<Integer> swallowing = new HashSet<>();
    byte[] header = new byte[7];
    while (true) {
      try {
        in.readFully(header);
      } catch (EOFException e) {
        return;
      }
      ByteBuffer fields = ByteBuffer.wrap(header);
      int type = fields.get();
      int channel = fields.getShort();
      byte[] rest = new byte[fields.getInt() + 1];
      in.readFully(rest);
      if (type == METHOD) {
        int method = ByteBuffer.wrap(rest).getInt();
        if (method == CHANNEL_OPEN_OK) {
          opened.put(channel, now.get());
        }
        boolean deaf = opened.getOrDefault(channel, Long.MAX_VALUE) <= deafSince.get();
        if (deaf && lost.contains(method)) {
          swallowing.add(channel);
          swallowed.incrementAndGet();
        } else {
          swallowing.remove(channel);
        }
      }
      if (!swallowing.contains(channel)) {
        out.write(header);
        out.write(rest);
      }
      if (in.available() == 0) {
        out.flush();
      }
    }
  }
}
