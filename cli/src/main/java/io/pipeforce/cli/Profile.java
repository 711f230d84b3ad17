package io.pipeforce.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a running {@code pi dev} can be reached, kept in the user's config folder (readable by the
 * user alone, for the address may hold a password), so that every {@code pi} command finds it from
 * any folder.
 *
 * @param broker the broker's URI with login
 * @param management the URI of the broker's management API; empty when it is not known
 * @param process the process id of the {@code pi dev}
 */
public record Profile(String broker, String management, long process) {

  /** The profile {@code dev} while its {@code pi dev} lives. */
  public static Optional<Profile> dev() {
    return read(file(System.getenv())).filter(Profile::alive);
  }

  /** Makes this the profile {@code dev}. */
  public void publish() {
    write(file(System.getenv()));
  }

  /**
   * Takes the profile {@code dev} back, unless another {@code pi dev} has made it its own since.
   */
  public void withdraw() {
    withdraw(file(System.getenv()));
  }

  void withdraw(Path file) {
    try {
      if (read(file).filter(this::equals).isPresent()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the profile " + file, e);
    }
  }

  /** Where it is kept: the XDG base directory specification's place for configuration. */
  static Path file(Map<String, String> environment) {
    String given = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path config =
        given.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(given);
    return config.resolve("pipeforce").resolve("profiles").resolve("dev.properties");
  }

  static Optional<Profile> read(Path file) {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file)));
      return Optional.of(
          new Profile(
              properties.getProperty("broker", ""),
              properties.getProperty("management", ""),
              Long.parseLong(properties.getProperty("process", "-1"))));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("broker", broker);
    properties.setProperty("management", management);
    properties.setProperty("process", Long.toString(process));
    StringWriter text = new StringWriter();
    try {
      properties.store(text, "Written by pi dev, removed when it ends.");
      Files.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "dev", ".tmp");
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.writeString(fresh, text.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the profile " + file, e);
    }
  }

  boolean alive() {
    return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Without the broker's login. */
  @Override
  public String toString() {
    return "Profile[process " + process + "]";
  }
}
