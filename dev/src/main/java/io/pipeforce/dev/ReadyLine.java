package io.pipeforce.dev;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Passes the output of a service on as it comes, but takes out the first line that begins with
 * {@code ready: }: with it the runtime tells whoever started it that it handles messages.
 */
final class ReadyLine {
  private static final byte[] MARK = "ready: ".getBytes(StandardCharsets.US_ASCII);

  private ReadyLine() {}

  static void pass(InputStream in, OutputStream out, Consumer<String> ready) throws IOException {
    boolean lineBegins = true;
    while (true) {
      if (lineBegins) {
        byte[] begin = beginOfLine(in);
        if (begin.length == MARK.length && Arrays.equals(begin, MARK)) {
          ready.accept(restOfLine(in));
          break;
        }
        if (begin.length == 0) {
          return;
        }
        out.write(begin);
        out.flush();
        lineBegins = begin[begin.length - 1] == '\n';
      } else {
        lineBegins = passAvailable(in, out);
      }
    }
    byte[] buffer = new byte[8192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      out.flush();
    }
  }

  /** Reads as long as it may become the mark, and the first byte that says it will not. */
  private static byte[] beginOfLine(InputStream in) throws IOException {
    ByteArrayOutputStream begin = new ByteArrayOutputStream();
    for (byte expected : MARK) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      begin.write(next);
      if (next != expected) {
        break;
      }
    }
    return begin.toByteArray();
  }

  /** Passes on the rest of a line; at its end answers true. */
  private static boolean passAvailable(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream some = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n' && in.available() > 0) {
      some.write(next);
      next = in.read();
    }
    if (next >= 0) {
      some.write(next);
    }
    some.writeTo(out);
    out.flush();
    return next == '\n' || next < 0;
  }

  private static String restOfLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }
}
