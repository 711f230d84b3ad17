package io.pipeforce.hub.platform.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The output of a child. The child itself appends to it; when it has become large, what is in it
 * moves to a second file, and what was there before is gone.
 */
record LogFile(Path file) {
  /**
   * The child stands still while its output moves, or a line written in between would be lost. A
   * process of its own does it: it lets the child go on also when the hub is killed meanwhile.
   */
  private static final String ROTATE =
      """
      trap '' INT HUP TERM
      [ -z "$3" ] || kill -s STOP -- "$3"
      cp -- "$1" "$2.new" && mv -- "$2.new" "$2" && : > "$1" || rm -f -- "$2.new"
      [ -z "$3" ] || kill -s CONT -- "$3"
      """;

  /** What was in it before it became too large. */
  Path before() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  long size() {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** All that is kept. */
  long kept() {
    return size() + new LogFile(before()).size();
  }

  /** Moves what is in it away, if the child leads a group of its own or none. */
  void rotate(@Nullable Child child) throws IOException, InterruptedException {
    String group = child == null ? "" : "-" + child.pid();
    Process process =
        new ProcessBuilder(
                "sh", "-c", ROTATE, "rotate", file.toString(), before().toString(), group)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor(1, TimeUnit.MINUTES);
  }

  /** The last octets. */
  byte[] tail(int octets) throws IOException {
    byte[] last = end(file, octets);
    if (last.length == octets) {
      return last;
    }
    byte[] first = end(before(), octets - last.length);
    byte[] both = Arrays.copyOf(first, first.length + last.length);
    System.arraycopy(last, 0, both, first.length, last.length);
    return both;
  }

  String tailText(int octets) throws IOException {
    return new String(tail(octets), StandardCharsets.UTF_8);
  }

  private static byte[] end(Path file, int octets) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      ByteBuffer read = ByteBuffer.allocate((int) Math.min(size, octets));
      channel.position(size - read.capacity());
      while (read.hasRemaining() && channel.read(read) >= 0) {}
      return Arrays.copyOf(read.array(), read.position());
    } catch (NoSuchFileException _) {
      return new byte[0];
    }
  }

  /** Reads on where it has stopped, however often the file has become too large in between. */
  static final class Reader {
    private final LogFile log;
    private long position;
    private Optional<Object> seen;
    private boolean begun;

    Reader(LogFile log) {
      this.log = log;
      this.seen = Optional.empty();
    }

    /** Writes what has come; answers whether there was something. */
    boolean copy(OutputStream out) throws IOException {
      Optional<Object> key = key(log.before());
      long written = 0;
      if (!begun) {
        begun = true;
        written += copy(log.before(), 0, out);
      } else if (!key.equals(seen)) {
        if (log.size() > 0 && log.size() == new LogFile(log.before()).size()) {
          return false; // It has been copied and is not empty yet.
        }
        // What was not read yet has moved there.
        written += copy(log.before(), position, out);
        position = 0;
      }
      seen = key;
      long now = copy(log.file(), position, out);
      position += now;
      return written + now > 0;
    }

    private static long copy(Path file, long from, OutputStream out) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        long position = from;
        long end = channel.size();
        var target = Channels.newChannel(out);
        long moved = 1;
        // It may become shorter meanwhile.
        while (position < end && moved > 0) {
          moved = channel.transferTo(position, end - position, target);
          position += moved;
        }
        return Math.max(0, position - from);
      } catch (NoSuchFileException _) {
        return 0;
      }
    }

    private static Optional<Object> key(Path file) throws IOException {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return Optional.of(
            Objects.requireNonNullElse(attributes.fileKey(), attributes.lastModifiedTime())
                + "/"
                + attributes.lastModifiedTime());
      } catch (NoSuchFileException _) {
        return Optional.empty();
      }
    }
  }
}
