package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of one instance. The image's working directory is its own copy, so that it may write
 * there; the rest is the image's unpacked files, which all instances share; its volumes are folders
 * that stay.
 */
final class InstanceRoot {
  private final Path image;
  private final Path own;
  private final String workingDirectory;
  private final Map<String, Path> volumes;

  private InstanceRoot(Path image, Path own, String workingDirectory, Map<String, Path> volumes) {
    this.image = image;
    this.own = own;
    this.workingDirectory = workingDirectory;
    this.volumes = volumes;
  }

  /**
   * Makes it.
   *
   * @param image where the image is unpacked
   * @param own the folder of the instance
   * @param workingDirectory of the image; empty is its root
   * @param volumes the paths, and the folder below which they are kept
   */
  static InstanceRoot make(
      Path image, Path own, String workingDirectory, List<String> volumes, Path kept) {
    String directory =
        workingDirectory.isEmpty() ? "/" : Path.of(workingDirectory).normalize().toString();
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String volume : volumes) {
      folders.put(volume, kept.resolve(volume.substring(1).replace('/', '_')));
    }
    InstanceRoot root = new InstanceRoot(image, own, directory, folders);
    try {
      delete(own);
      StateFile.folder(own);
      Path original = below(image, directory);
      Files.createDirectories(root.workingDirectory());
      if (directory.equals("/")) {
        root.linkTopLevel();
      } else if (Files.isDirectory(original)) {
        copy(original, root.workingDirectory());
      }
      for (var volume : folders.entrySet()) {
        root.attach(volume.getKey(), volume.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + own + ": " + e.getMessage(), e);
    }
    return root;
  }

  Path workingDirectory() {
    return below(own, workingDirectory);
  }

  /** Where the file of this absolute path is; empty when neither image nor volumes have it. */
  Optional<Path> find(String path) {
    for (var volume : volumes.entrySet()) {
      if (Launch.isBelow(path, volume.getKey())) {
        return Optional.of(below(volume.getValue(), path.substring(volume.getKey().length())));
      }
    }
    if (Launch.isBelow(path, workingDirectory)) {
      return Optional.of(below(own, path));
    }
    return Optional.of(below(image, path)).filter(Files::exists);
  }

  private void linkTopLevel() throws IOException {
    try (var entries = Files.list(image)) {
      for (Path entry : entries.toList()) {
        Files.createSymbolicLink(own.resolve(entry.getFileName()), entry);
      }
    }
  }

  private void attach(String volume, Path folder) throws IOException {
    StateFile.folder(folder);
    if (Launch.isBelow(volume, workingDirectory) && !workingDirectory.equals("/")) {
      Path link = below(own, volume);
      delete(link);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, folder.toAbsolutePath());
    }
  }

  private static Path below(Path root, String path) {
    String relative = path.startsWith("/") ? path.substring(1) : path;
    Path found = root.resolve(relative).normalize();
    if (!found.startsWith(root)) {
      throw new IllegalArgumentException("a path leads out of the image: " + path);
    }
    return found;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                // The JVM takes its AOT cache only when the jars have the time that they had.
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Removes it with all that is in it, and follows no link. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
