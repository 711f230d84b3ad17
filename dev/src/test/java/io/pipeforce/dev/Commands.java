package io.pipeforce.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The shell commands of a page. */
final class Commands {
  private Commands() {}

  static List<String> of(Path page) throws IOException {
    return of(page, "sh");
  }

  /** Those in blocks of another kind: they need something that not every machine has. */
  static List<String> of(Path page, String kind) throws IOException {
    return Arrays.stream(Files.readString(page).split("```", -1))
        .filter(part -> part.startsWith(kind + "\n"))
        .flatMap(part -> part.substring(kind.length() + 1).lines())
        .toList();
  }
}
