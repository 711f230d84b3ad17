package io.pipeforce.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The template of a service, which travels inside this module's jar. */
final class ServiceTemplate {
  /** The name in the template that becomes the name of the service. */
  private static final String PLACE_OF_NAME = "hello-service";

  /** In this repository the parent is the folder beside it; elsewhere it is in the repository. */
  private static final String PARENT_HERE =
      "<relativePath>../service-parent/pom.xml</relativePath>";

  private static final String PARENT_ELSEWHERE = "<relativePath/>";

  private ServiceTemplate() {}

  /** Writes a service of this name into a folder, which is made when it is missing. */
  static void copyTo(Path folder, String name) throws IOException {
    URI template = location();
    if (!template.getScheme().equals("jar")) {
      copy(Path.of(template), folder, name);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(template, Map.of())) {
      copy(jar.getPath("/template"), folder, name);
    }
  }

  private static void copy(Path template, Path folder, String name) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(template)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = folder.resolve(template.relativize(file).toString());
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.writeString(target, adapt(Files.readString(file), name));
      if (target.toString().endsWith(".sh")) {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  static String adapt(String content, String name) {
    return content.replace(PLACE_OF_NAME, name).replace(PARENT_HERE, PARENT_ELSEWHERE);
  }

  private static URI location() {
    URL url =
        Objects.requireNonNull(
            ServiceTemplate.class.getResource("/template"), "the template is not in the jar");
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the jar has a strange address: " + url, e);
    }
  }
}
