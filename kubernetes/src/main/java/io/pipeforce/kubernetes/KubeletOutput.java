package io.pipeforce.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a kubelet answers when it is asked for a log. It answers in the same way, with nothing that
 * tells it from a log, that it has removed the container; this is an error here. What is there is
 * read at once, without waiting for more.
 */
final class KubeletOutput extends FilterInputStream {
  private static final String REMOVED = "unable to retrieve container logs for ";
  private static final String GONE =
      "rpc error: code = NotFound desc = an error occurred when try to find container ";
  private static final int LONGEST = 256;
  private static final int CHUNK = 16 << 10;

  private final byte[] head = new byte[LONGEST];
  private int length;
  private int next;
  private boolean begun;
  private final byte[] chunk = new byte[CHUNK];
  private int chunkLength;
  private int chunkNext;
  private boolean lost;

  KubeletOutput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    begin();
    if (next == length) {
      return readOn(octets, offset, most);
    }
    int fitting = Math.min(most, length - next);
    System.arraycopy(head, next, octets, offset, fitting);
    next += fitting;
    return fitting;
  }

  private int readOn(byte[] octets, int offset, int most) throws IOException {
    if (chunkNext == chunkLength) {
      if (lost) {
        throw new IOException("the kubelet has the rest of this log no more");
      }
      chunkNext = 0;
      int came = in.read(chunk);
      chunkLength = Math.max(0, came - spoken(came));
      if (chunkLength == 0) {
        return lost ? readOn(octets, offset, most) : came;
      }
    }
    int fitting = Math.min(most, chunkLength - chunkNext);
    System.arraycopy(chunk, chunkNext, octets, offset, fitting);
    chunkNext += fitting;
    return fitting;
  }

  /** How much at the end of what has come the kubelet says itself, of a container that went. */
  private int spoken(int came) {
    int from = Math.max(0, came - LONGEST);
    String end = new String(chunk, from, Math.max(0, came - from), StandardCharsets.ISO_8859_1);
    int at = end.lastIndexOf(GONE);
    lost = at >= 0 && end.indexOf('\n', at) < 0 && (at == 0 || end.charAt(at - 1) == '\n');
    return lost ? end.length() - at : 0;
  }

  @Override
  public long skip(long octets) throws IOException {
    begin();
    if (next == length) {
      byte[] skipped = new byte[(int) Math.min(octets, CHUNK)];
      return Math.max(0, readOn(skipped, 0, skipped.length));
    }
    int fitting = (int) Math.min(octets, length - next);
    next += fitting;
    return fitting;
  }

  private void begin() throws IOException {
    if (begun) {
      return;
    }
    begun = true;
    int more = in.read(head, 0, LONGEST);
    while (more > 0) {
      length += more;
      more = length < LONGEST && mayBe(text()) ? in.read(head, length, LONGEST - length) : 0;
    }
    if (more < 0 && text().startsWith(REMOVED) && mayBe(text())) {
      throw new IOException("the kubelet has this log no more: " + text());
    }
  }

  private String text() {
    return new String(head, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Whether it may be the whole answer, or the beginning of it. */
  private static boolean mayBe(String text) {
    return REMOVED.startsWith(text) || (text.startsWith(REMOVED) && !text.contains("\n"));
  }
}
