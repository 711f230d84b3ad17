package io.pipeforce.hub.ingress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The headers of a message in their order, repeated ones too. */
record Fields(List<Field> all) {
  /** They are for the next hop only (RFC 9110, 7.6.1). */
  private static final Set<String> OF_THE_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Whatever Connection says, they are for the service: without them it reads another request. */
  private static final Set<String> OF_ALL = Set.of("host", "content-length");

  Fields {
    all = List.copyOf(all);
  }

  static Fields of(List<String> lines) throws MalformedException {
    List<Field> fields = new ArrayList<>();
    for (String line : lines) {
      fields.add(Field.of(line));
    }
    return new Fields(fields);
  }

  List<String> values(String name) {
    return all.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  Optional<String> first(String name) {
    return values(name).stream().findFirst();
  }

  /** Whether a header that is a list has this word. */
  boolean has(String name, String word) {
    return words(name).contains(word);
  }

  private Set<String> words(String name) {
    Set<String> words = new TreeSet<>();
    values(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(word -> Field.trim(word).toLowerCase(Locale.ROOT))
        .forEach(words::add);
    return words;
  }

  /** Those that are for whoever is at the other end. */
  Fields endToEnd() {
    Set<String> dropped = words("connection");
    dropped.removeAll(OF_ALL);
    dropped.addAll(OF_THE_HOP);
    return without(dropped);
  }

  Fields without(Set<String> names) {
    return new Fields(
        all.stream()
            .filter(field -> !names.contains(field.name().toLowerCase(Locale.ROOT)))
            .toList());
  }

  Fields with(String name, String value) {
    List<Field> fields = new ArrayList<>(all);
    fields.add(new Field(name, value));
    return new Fields(fields);
  }
}
