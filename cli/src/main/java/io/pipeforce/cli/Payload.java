package io.pipeforce.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The payload that a person typed: given as it is, in a file, or on standard input. */
final class Payload {
  private Payload() {}

  /**
   * Reads it: a {@code String} when it is text in UTF-8, otherwise a {@code byte[]}.
   *
   * @param given the payload, {@code @FILE} or {@code -}
   * @param contentType what the person says that it is
   * @throws IllegalArgumentException when it cannot be read, or is not the JSON that it has to be
   */
  static Object read(String given, @Nullable String contentType, InputStream input)
      throws IOException {
    if (given.equals("-")) {
      return checked(input.readAllBytes(), "standard input", contentType);
    }
    if (given.startsWith("@")) {
      Path file = Path.of(given.substring(1));
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new IllegalArgumentException(
            "cannot read the file '"
                + file
                + "'; name one that exists, or write the payload with a space before its @");
      }
      return checked(Files.readAllBytes(file), file.toString(), contentType);
    }
    return checked(given.getBytes(StandardCharsets.UTF_8), "the payload", contentType);
  }

  private static Object checked(byte[] bytes, String where, @Nullable String contentType) {
    Optional<String> text = text(bytes);
    boolean json =
        contentType == null
            ? text.filter(Payload::looksLikeJson).isPresent()
            : contentType.contains("json");
    if (json) {
      jsonProblem(bytes)
          .ifPresent(problem -> {
            throw new IllegalArgumentException(
                where
                    + " is no JSON: "
                    + problem
                    + "; correct it, or say --content-type text/plain");
          });
    }
    return text.<Object>map(found -> found).orElse(bytes);
  }

  static boolean looksLikeJson(String text) {
    String begin = text.stripLeading();
    return begin.startsWith("{") || begin.startsWith("[");
  }

  /** What is wrong with a JSON document, and where; empty when it is good. */
  static Optional<String> jsonProblem(byte[] bytes) {
    try (JsonParser parser =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() == null) {
        return Optional.of("it is empty");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        return Optional.of(
            at(parser.currentTokenLocation()) + "more follows after the end of the document");
      }
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.of(
          at(e.getLocation()) + e.getOriginalMessage().lines().findFirst().orElse("malformed"));
    }
  }

  private static String at(@Nullable TokenStreamLocation location) {
    return location == null
        ? ""
        : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  static boolean isText(byte[] bytes) {
    return text(bytes).isPresent();
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
