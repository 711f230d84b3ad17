package io.pipeforce.hub.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.OutputStream;

/** Writes one body. */
final class BodyWriter {
  private static final byte[] END = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);

  private final OutputStream out;
  private final boolean chunked;

  BodyWriter(OutputStream out, Framing framing) {
    this.out = out;
    this.chunked = framing instanceof Framing.Chunked;
  }

  void write(BufferData piece) throws IOException {
    if (chunked) {
      out.write((Integer.toHexString(piece.available()) + "\r\n").getBytes(US_ASCII));
      piece.writeTo(out);
      out.write(LINE_END);
    } else {
      piece.writeTo(out);
    }
  }

  /** Says that it is whole. */
  void end() throws IOException {
    if (chunked) {
      out.write(END);
    }
  }
}
