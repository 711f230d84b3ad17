package io.pipeforce.kubernetes;

import java.util.Collection;

/** What is told of a name that nothing has. */
final class Unknown {
  private Unknown() {}

  static String message(String what, String name, Collection<String> known) {
    return "there is no %s %s%s"
        .formatted(
            what, name, known.isEmpty() ? "" : " (there are: " + String.join(", ", known) + ")");
  }
}
