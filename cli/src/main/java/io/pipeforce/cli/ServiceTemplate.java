package io.pipeforce.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The template of a service: the folder {@code template} of pi's own repository. */
final class ServiceTemplate {
  /** The name in the template that becomes the name of the service. */
  private static final String PLACE_OF_NAME = "hello-service";

  /** In pi's repository the parent is the folder beside it; elsewhere Maven's repository has it. */
  private static final String PARENT_HERE =
      "<relativePath>../service-parent/pom.xml</relativePath>";

  private static final String PARENT_ELSEWHERE = "<relativePath/>";

  /** What tools leave there and what the template's own .gitignore names. */
  private static final Set<String> LEFT_OUT =
      Set.of("target", ".pi", ".idea", ".vscode", ".settings", ".classpath", ".project");

  private ServiceTemplate() {}

  /** Writes a service of this name into a folder, which is made when it is missing. */
  static void copy(Path template, Path folder, String name) throws IOException {
    for (Path file : files(template)) {
      Path target = folder.resolve(template.relativize(file).toString());
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.writeString(target, adapt(Files.readString(file), name));
      if (Files.isExecutable(file)) {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  static String adapt(String content, String name) {
    return content.replace(PLACE_OF_NAME, name).replace(PARENT_HERE, PARENT_ELSEWHERE);
  }

  private static List<Path> files(Path template) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        template,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return leftOut(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!leftOut(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean leftOut(Path path) {
    String name = String.valueOf(path.getFileName());
    return LEFT_OUT.contains(name) || name.endsWith(".iml");
  }
}
