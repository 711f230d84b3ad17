package io.pipeforce.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a running {@code pi dev} or {@code pi hub} can be reached, kept in the user's config folder
 * (readable by the user alone, for it holds passwords), so that every {@code pi} command finds it
 * from any folder.
 *
 * @param broker the broker's URI with login
 * @param management the URI of the broker's management API; empty when it is not known
 * @param hub the URI of the hub; empty when there is none
 * @param secret the hub's API token; empty when there is no hub
 * @param process the process id of the {@code pi dev} or {@code pi hub}
 */
public record Profile(String broker, String management, String hub, String secret, long process) {
  /** The profile of {@code pi dev}. */
  public static final String DEV = "dev";

  /** The profile of {@code pi hub}. */
  public static final String HUB = "hub";

  /** The profile {@code dev} while its {@code pi dev} lives. */
  public static Optional<Profile> dev() {
    return running(DEV);
  }

  /** The profile of this name while its process lives. */
  public static Optional<Profile> running(String name) {
    return read(file(name, System.getenv())).filter(Profile::alive);
  }

  /** Makes this the profile of this name. */
  public void publish(String name) {
    write(file(name, System.getenv()));
  }

  /** Takes the profile back, unless another process has made it its own since. */
  public void withdraw(String name) {
    withdraw(file(name, System.getenv()));
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
  static Path file(String name, Map<String, String> environment) {
    return folder(environment).resolve("profiles").resolve(name + ".properties");
  }

  static Path folder(Map<String, String> environment) {
    String given = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path config =
        given.isEmpty() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(given);
    return config.resolve("pipeforce");
  }

  static Optional<Profile> read(Path file) {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file)));
      return Optional.of(
          new Profile(
              properties.getProperty("broker", ""),
              properties.getProperty("management", ""),
              properties.getProperty("hub", ""),
              properties.getProperty("secret", ""),
              Long.parseLong(properties.getProperty("process", "-1"))));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("broker", broker);
    properties.setProperty("management", management);
    properties.setProperty("hub", hub);
    properties.setProperty("secret", secret);
    properties.setProperty("process", Long.toString(process));
    StringWriter text = new StringWriter();
    try {
      properties.store(text, "Written by pi dev or pi hub, removed when it ends.");
      PrivateFile.write(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the profile " + file, e);
    }
  }

  boolean alive() {
    return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Without the logins. */
  @Override
  public String toString() {
    return "Profile[process " + process + "]";
  }
}
