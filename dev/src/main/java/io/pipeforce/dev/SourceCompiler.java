package io.pipeforce.dev;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles the sources of a service inside this process, with the SDK's annotation processor. Every
 * version of the sources gets a folder of its own, so that the running version keeps its classes
 * until the next one has been compiled.
 */
final class SourceCompiler {
  private final ServiceProject project;
  private final Path versions;
  private final PrintWriter err;

  SourceCompiler(ServiceProject project, PrintWriter err) {
    this.project = project;
    this.versions = project.workFolder().resolve("classes");
    this.err = err;
  }

  /**
   * The folder with the classes of the sources as they are now.
   *
   * @return empty when they do not compile; the compiler's messages were printed
   */
  Optional<Path> compile(ClassPath classPath) throws IOException {
    List<Path> inputs = new ArrayList<>(classPath.libraries());
    inputs.add(project.sources());
    Path folder = versions.resolve(Fingerprint.of(inputs).digest());
    if (Files.isDirectory(folder)) {
      return Optional.of(folder);
    }
    Files.createDirectories(versions);
    Path unfinished = Files.createTempDirectory(versions, "unfinished");
    try {
      if (!run(classPath, unfinished)) {
        return Optional.empty();
      }
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      return Optional.of(folder);
    } finally {
      delete(unfinished);
    }
  }

  /** Removes all versions but this one. */
  void keepOnly(Path folder) throws IOException {
    List<Path> others;
    try (Stream<Path> all = Files.list(versions)) {
      others = all.filter(one -> !one.equals(folder)).toList();
    }
    for (Path other : others) {
      delete(other);
    }
  }

  private boolean run(ClassPath classPath, Path target) throws IOException {
    List<Path> sources = sources();
    if (sources.isEmpty()) {
      err.println("pi: no Java sources in " + project.sources());
      return false;
    }
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-d",
              target.toString(),
              "-classpath",
              classPath.text(),
              "-encoding",
              "UTF-8",
              "-parameters",
              "-g",
              "-proc:full",
              "-implicit:none");
      return javac
          .getTask(err, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call();
    } finally {
      err.flush();
    }
  }

  private List<Path> sources() throws IOException {
    if (!Files.isDirectory(project.sources())) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(project.sources())) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> content;
    try (Stream<Path> all = Files.walk(folder)) {
      content = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : content) {
      Files.deleteIfExists(one);
    }
  }
}
