package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/guarantees.md says is proven by a test must be proven by one that exists. */
class GuaranteesTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final Pattern FAULTS = Pattern.compile("`chaos/run --faults ([a-z,-]+)`");

  private final String page = read(PiProcess.HOME.resolve("docs/guarantees.md"));

  @Test
  void every_test_that_it_names_exists() throws IOException {
    List<Path> sources = sources();
    List<String> missing = new ArrayList<>();
    TEST.matcher(page)
        .results()
        .forEach(match -> {
          // Several modules may have a class of one name.
          boolean exists =
              sources.stream()
                  .filter(source -> source.endsWith(match.group(1) + ".java"))
                  .anyMatch(source -> read(source).contains("  void " + match.group(2) + "("));
          if (!exists) {
            missing.add(match.group());
          }
        });

    assertThat(missing).isEmpty();
    assertThat(TEST.matcher(page).results().count()).as("tests named").isGreaterThan(30);
  }

  @Test
  void every_row_names_what_proves_it() {
    assertThat(page.lines().filter(line -> line.startsWith("| ")).filter(line -> !isHead(line)))
        .isNotEmpty()
        .allSatisfy(line -> {
          String proof = line.substring(line.lastIndexOf(" | ", line.length() - 3));
          assertThat(TEST.matcher(proof).find() || proof.contains("`chaos/run --"))
              .as(line)
              .isTrue();
        });
  }

  private static boolean isHead(String line) {
    return line.startsWith("| ---") || line.endsWith("| proven by |");
  }

  @Test
  void every_fault_of_the_kill_tests_is_in_it_and_no_other() {
    Path kinds = PiProcess.HOME.resolve("chaos/src/main/java/io/pipeforce/chaos/FaultKind.java");
    Set<String> named =
        FAULTS
            .matcher(page)
            .results()
            .flatMap(match -> Stream.of(match.group(1).split(",", -1)))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known =
        Pattern.compile("^  ([A-Z_]+)\\(Area\\.", Pattern.MULTILINE)
            .matcher(read(kinds))
            .results()
            .map(match -> match.group(1).toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).isEqualTo(known).isNotEmpty();
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(PiProcess.HOME)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith("Test.java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }
}
