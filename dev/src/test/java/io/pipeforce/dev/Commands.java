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
    return Arrays.stream(Files.readString(page).split("```", -1))
        .filter(part -> part.startsWith("sh\n"))
        .flatMap(part -> part.substring(3).lines())
        .toList();
  }
}
