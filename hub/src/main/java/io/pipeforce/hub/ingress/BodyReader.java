package io.pipeforce.hub.ingress;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one body, as it comes and no further than it goes. */
final class BodyReader {
  private static final int LARGEST_PIECE = 64 << 10;
  private static final int LONGEST_LINE = 4 << 10;
  private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})(?:[ \t]*;.*)?");

  private final DataReader in;
  private final Framing framing;

  /** Octets that follow, of the body or of the chunk. */
  private long left;

  private boolean inChunk;
  private boolean ended;

  BodyReader(DataReader in, Framing framing) {
    this.in = in;
    this.framing = framing;
    this.left =
        switch (framing) {
          case Framing.None _, Framing.Chunked _ -> 0;
          case Framing.Length(long octets) -> octets;
          case Framing.UntilClose _ -> Long.MAX_VALUE;
        };
    this.ended = framing instanceof Framing.None;
  }

  /** The next octets; empty at the end. Blocks until some are there. */
  Optional<BufferData> next() throws MalformedException {
    if (!ended && left == 0) {
      nextChunk();
    }
    if (ended) {
      return Optional.empty();
    }
    try {
      in.ensureAvailable();
    } catch (DataReader.InsufficientDataAvailableException e) {
      if (framing instanceof Framing.UntilClose) {
        ended = true;
        return Optional.empty();
      }
      throw e;
    }
    int size = (int) Math.min(Math.min(in.available(), left), LARGEST_PIECE);
    left -= size;
    ended = left == 0 && framing instanceof Framing.Length;
    return Optional.of(in.readBuffer(size));
  }

  boolean hasEnded() {
    return ended;
  }

  private void nextChunk() throws MalformedException {
    if (inChunk && !line().isEmpty()) {
      throw new MalformedException("a chunk is longer than it says");
    }
    Matcher size = SIZE.matcher(line());
    if (!size.matches()) {
      throw new MalformedException("a chunk has no size");
    }
    left = Long.parseLong(size.group(1), 16);
    inChunk = true;
    if (left == 0) {
      skipTrailers();
      ended = true;
    }
  }

  private void skipTrailers() throws MalformedException {
    int octets = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      octets += line.length();
      if (octets > Head.LARGEST) {
        throw new MalformedException(431, "the trailers are too large");
      }
    }
  }

  private String line() throws MalformedException {
    try {
      int length = in.findNewLine(LONGEST_LINE);
      if (length == LONGEST_LINE) {
        throw new MalformedException("a line of a chunk is too long");
      }
      String line = length == 0 ? "" : in.readAsciiString(length);
      in.skip(2);
      return line;
    } catch (DataReader.IncorrectNewLineException e) {
      throw new MalformedException("a line of a chunk does not end with CR LF");
    }
  }
}
