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
 * Where {@code pi login} has logged in, kept under a name in the user's config folder.
 *
 * @param hub the URI of the hub
 * @param refreshToken gets access tokens; never printed
 */
record HubLogin(String hub, String refreshToken) {
  /** The name when none is given. */
  static final String DEFAULT = "default";

  static Path file(String name, Map<String, String> environment) {
    return Profile.folder(environment).resolve("logins").resolve(name + ".properties");
  }

  static Optional<HubLogin> read(Path file) {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(Files.readString(file)));
      return Optional.of(
          new HubLogin(
              properties.getProperty("hub", ""), properties.getProperty("refreshToken", "")));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("hub", hub);
    properties.setProperty("refreshToken", refreshToken);
    try {
      StringWriter text = new StringWriter();
      properties.store(text, "Written by pi login.");
      PrivateFile.write(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the login in " + file, e);
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "HubLogin[" + hub + "]";
  }
}
