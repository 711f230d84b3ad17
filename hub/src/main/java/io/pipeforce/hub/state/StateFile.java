package io.pipeforce.hub.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A record in a file of its own, as JSON. Whoever reads it sees it as it was before or as it is
 * after, also when the process that writes is killed. Thread-safe as far as the last writer wins.
 *
 * @param file where; its folder is made when it is written
 * @param type what is in it
 */
public record StateFile<T>(Path file, Class<T> type) {
  /** What is in it; empty when it is not there. */
  public Optional<T> read() {
    try {
      return Optional.of(JsonMapper.shared().readValue(Files.readAllBytes(file), type));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new UncheckedIOException(
          file + " is damaged (" + e.getOriginalMessage() + "); repair it or move it away",
          new IOException(e));
    }
  }

  /** Replaces what is in it; it is on the disk when this returns. */
  public void write(T value) {
    byte[] json = JsonMapper.shared().writeValueAsBytes(value);
    Path folder = file.resolveSibling("");
    try {
      folder(folder);
      Path fresh = Files.createTempFile(folder, file.getFileName().toString(), ".tmp");
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          ByteBuffer octets = ByteBuffer.wrap(json);
          while (octets.hasRemaining()) {
            channel.write(octets);
          }
          channel.force(true);
        }
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Removes it; answers whether it was there. */
  public boolean delete() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /** Makes a folder that only its owner can look into, for what is kept may hold secrets. */
  public static void folder(Path folder) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] rights =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, rights);
  }
}
