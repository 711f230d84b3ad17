package io.pipeforce.kubernetes;

import io.pipeforce.hub.platform.Logs;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Remembers the last octets of what is written to it. */
final class LastOctets extends OutputStream {
  private final byte[] ring;
  private long written;

  LastOctets(int octets) {
    ring = new byte[octets];
  }

  @Override
  public void write(int octet) {
    if (ring.length > 0) {
      ring[(int) (written % ring.length)] = (byte) octet;
    }
    written++;
  }

  @Override
  public void write(byte[] octets, int offset, int length) {
    if (ring.length == 0) {
      written += length;
      return;
    }
    int skipped = Math.max(0, length - ring.length);
    written += skipped;
    int from = offset + skipped;
    int left = length - skipped;
    while (left > 0) {
      int at = (int) (written % ring.length);
      int fitting = Math.min(left, ring.length - at);
      System.arraycopy(octets, from, ring, at, fitting);
      written += fitting;
      from += fitting;
      left -= fitting;
    }
  }

  /** All that is remembered. */
  String text() {
    if (ring.length == 0) {
      return "";
    }
    int length = (int) Math.min(written, ring.length);
    int begin = written <= ring.length ? 0 : (int) (written % ring.length);
    byte[] all = new byte[length];
    int first = Math.min(length, ring.length - begin);
    System.arraycopy(ring, begin, all, 0, first);
    System.arraycopy(ring, 0, all, first, length - first);
    return new String(all, StandardCharsets.UTF_8);
  }

  /**
   * @param before octets that came before the first that was written here
   */
  Logs.Tail toLogs(long before) {
    return new Logs.Tail(text(), before + Math.max(0, written - ring.length));
  }
}
