package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The libraries of a service, as its POM says. Asking Maven takes seconds, so the answer is kept
 * until the POM, its parent beside it, or {@code pi} itself changes.
 *
 * @param libraries jars
 */
record ClassPath(List<Path> libraries) {
  private static final String DEPENDENCY_PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:build-classpath";

  ClassPath {
    libraries = List.copyOf(libraries);
  }

  /**
   * Of this project.
   *
   * @throws CommandFailedException when Maven cannot find the libraries; Maven's words were printed
   */
  static ClassPath of(ServiceProject project) throws InterruptedException {
    Path kept = project.workFolder().resolve("class-path");
    String key = Fingerprint.of(inputs(project)).digest();
    return read(kept, key).orElseGet(() -> askMaven(project, kept, key));
  }

  String text() {
    return String.join(File.pathSeparator, libraries.stream().map(Path::toString).toList());
  }

  private static List<Path> inputs(ServiceProject project) {
    return List.of(
        project.pom(),
        project.folder().resolve("../service-parent/pom.xml").normalize(),
        Launcher.locationOf(ClassPath.class));
  }

  private static Optional<ClassPath> read(Path kept, String key) {
    if (!Files.isRegularFile(kept)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(kept);
      List<Path> libraries = lines.stream().skip(1).map(Path::of).toList();
      return !lines.isEmpty() && lines.getFirst().equals(key) && allExist(libraries)
          ? Optional.of(new ClassPath(libraries))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean allExist(List<Path> files) {
    return files.stream().allMatch(Files::exists);
  }

  private static ClassPath askMaven(ServiceProject project, Path kept, String key) {
    try {
      Files.createDirectories(project.workFolder());
      Path answer = Files.createTempFile(project.workFolder(), "class-path", ".tmp");
      try {
        Maven.run(
            project.folder(),
            "Maven cannot find the libraries of " + project.pom(),
            List.of(
                DEPENDENCY_PLUGIN,
                "-DincludeScope=runtime",
                "-Dmdep.outputFile=" + answer.toAbsolutePath()));
        List<Path> libraries =
            Stream.of(Files.readString(answer).strip().split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add(key);
        libraries.forEach(library -> lines.add(library.toString()));
        Files.write(kept, lines);
        return new ClassPath(libraries);
      } finally {
        Files.deleteIfExists(answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot ask Maven for the libraries of " + project, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException(ExitCode.FAILED, "interrupted", e);
    }
  }
}
