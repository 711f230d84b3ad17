package io.pipeforce.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a kubelet answers when it is asked for a log. It answers in the same way, with nothing that
 * tells it from a log, that it has removed the container; this is an error here.
 */
final class KubeletOutput extends PushbackInputStream {
  private static final String REMOVED = "unable to retrieve container logs for ";
  private static final int LONGEST = 256;

  private boolean begun;

  KubeletOutput(InputStream in) {
    super(in, LONGEST);
  }

  @Override
  public int read() throws IOException {
    begin();
    return super.read();
  }

  @Override
  public int read(byte[] octets, int offset, int length) throws IOException {
    begin();
    return super.read(octets, offset, length);
  }

  @Override
  public long skip(long octets) throws IOException {
    begin();
    return super.skip(octets);
  }

  private void begin() throws IOException {
    if (begun) {
      return;
    }
    begun = true;
    byte[] head = new byte[LONGEST];
    int length = 0;
    int more = super.read(head, 0, LONGEST);
    while (more > 0) {
      length += more;
      more = mayBe(text(head, length)) ? super.read(head, length, LONGEST - length) : 0;
    }
    if (more < 0 && text(head, length).startsWith(REMOVED)) {
      throw new IOException("the kubelet has no log any more: " + text(head, length));
    }
    unread(head, 0, length);
  }

  private static String text(byte[] head, int length) {
    return new String(head, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Whether it may be the whole answer, or the beginning of it. */
  private static boolean mayBe(String text) {
    return REMOVED.startsWith(text) || (text.startsWith(REMOVED) && !text.contains("\n"));
  }
}
