package io.pipeforce.broker.session;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes through a connection's socket. Thread-safe. */
public final class Traffic {
  private final LongAdder receivedOctets = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder sentOctets = new LongAdder();
  private final LongAdder writes = new LongAdder();

  Traffic() {}

  public long receivedOctets() {
    return receivedOctets.sum();
  }

  public long reads() {
    return reads.sum();
  }

  public long sentOctets() {
    return sentOctets.sum();
  }

  public long writes() {
    return writes.sum();
  }

  /** Adds what the other, whose connection is over, has counted. */
  void add(Traffic other) {
    receivedOctets.add(other.receivedOctets());
    reads.add(other.reads());
    sentOctets.add(other.sentOctets());
    writes.add(other.writes());
  }

  InputStream counted(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] octets, int offset, int length) throws IOException {
        int count = super.read(octets, offset, length);
        if (count > 0) {
          reads.increment();
          receivedOctets.add(count);
        }
        return count;
      }
    };
  }

  OutputStream counted(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] octets, int offset, int length) throws IOException {
        out.write(octets, offset, length);
        writes.increment();
        sentOctets.add(length);
      }
    };
  }
}
