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
  private static final int LONGEST = 256;

  private final byte[] head = new byte[LONGEST];
  private int length;
  private int next;
  private boolean begun;

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
    begin();
    if (next == length) {
      return in.read(octets, offset, most);
    }
    int fitting = Math.min(most, length - next);
    System.arraycopy(head, next, octets, offset, fitting);
    next += fitting;
    return fitting;
  }

  @Override
  public long skip(long octets) throws IOException {
    begin();
    if (next == length) {
      return in.skip(octets);
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
