package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.DataReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The lines of a message before its body. */
final class Head {
  /** Octets of the largest that is taken. */
  static final int LARGEST = 32 << 10;

  private Head() {}

  /**
   * The octets of the next one, with its empty line; they stay in the reader. Blocks until they are
   * there.
   *
   * @throws MalformedException when it is too large
   */
  static byte[] peek(DataReader in) throws MalformedException {
    in.ensureAvailable();
    Optional<byte[]> head = peekThere(in);
    while (head.isEmpty()) {
      in.pullData();
      head = peekThere(in);
    }
    return head.get();
  }

  /** The same if it is there already. */
  static Optional<byte[]> peekThere(DataReader in) throws MalformedException {
    byte[] octets = in.getBuffer(in.available()).readBytes();
    int end = end(octets);
    if (end > LARGEST || (end < 0 && octets.length > LARGEST)) {
      throw new MalformedException(431, "the headers are larger than " + LARGEST + " octets");
    }
    return end < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(octets, end));
  }

  /** Lines may end with a line feed alone here, so that a head with such is not waited on. */
  private static int end(byte[] octets) {
    for (int i = 0; i + 1 < octets.length; i++) {
      if (octets[i] == '\n') {
        if (octets[i + 1] == '\n') {
          return i + 2;
        }
        if (i + 2 < octets.length && octets[i + 1] == '\r' && octets[i + 2] == '\n') {
          return i + 3;
        }
      }
    }
    return -1;
  }

  /** Of a head that ends with its empty line; each ends with a carriage return and a line feed. */
  static List<String> lines(byte[] head) throws MalformedException {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      if (end <= at || text.charAt(end - 1) != '\r') {
        throw new MalformedException("a line of the headers does not end with CR LF");
      }
      String line = text.substring(at, end - 1);
      if (line.indexOf('\r') >= 0 || line.indexOf('\0') >= 0) {
        throw new MalformedException("a line of the headers has a control character");
      }
      lines.add(line);
      at = end + 1;
    }
    lines.removeLast();
    return lines;
  }

  static byte[] octets(String first, Fields fields) {
    StringBuilder text = new StringBuilder(512).append(first).append("\r\n");
    fields
        .all()
        .forEach(
            field -> text.append(field.name()).append(": ").append(field.value()).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
