package io.pipeforce.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file system of an image in a folder. Paths are followed as the image's own kernel would, with
 * the folder as {@code /}: whatever a layer says, nothing outside is read or written. Links are
 * kept such that a process which sees the whole machine stays inside as well.
 *
 * <p>Needs no root: owners are not kept, and everything stays writable for the user.
 */
final class RootFolder {
  private static final int MOST_LINKS = 40;
  private static final int OWNER_READS_AND_WRITES = 0600;
  private static final int OWNER_ENTERS = 0700;

  private final Path root;

  /** What the layer at hand has brought; a whiteout is about the layers below. */
  private final Set<Path> ofThisLayer = new HashSet<>();

  /** In an empty folder to which nobody else writes. */
  RootFolder(Path root) throws IOException {
    this.root = root.toRealPath();
  }

  void beginLayer() {
    ofThisLayer.clear();
  }

  /**
   * Begins with all that is in another such folder. The files are the same ones, not copies: what a
   * layer replaces is a new file, and nothing here is ever written to.
   */
  void share(Path other) throws IOException {
    Files.walkFileTree(
        other,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path here = root.resolve(other.relativize(folder).toString());
            if (!here.equals(root)) {
              Files.createDirectory(here);
              Files.setPosixFilePermissions(here, Files.getPosixFilePermissions(folder));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path here = root.resolve(other.relativize(file).toString());
            if (attributes.isSymbolicLink()) {
              Files.createSymbolicLink(here, Files.readSymbolicLink(file));
            } else {
              Files.createLink(here, file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  void folder(String name, int mode) throws IOException {
    Path path = place(name);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      delete(path);
      Files.createDirectory(path);
    }
    Files.setPosixFilePermissions(path, permissions(mode | OWNER_ENTERS));
    brought(path);
  }

  void file(String name, int mode, FileTime time, InputStream content) throws IOException {
    Path path = fresh(name);
    Files.copy(content, path);
    Files.setPosixFilePermissions(path, permissions(mode | OWNER_READS_AND_WRITES));
    Files.setLastModifiedTime(path, time);
  }

  /** A link that may point to nothing, but never out of the image. */
  void symbolicLink(String name, String target) throws IOException {
    Path path = fresh(name);
    int depth = root.relativize(path).getNameCount() - 1;
    Files.createSymbolicLink(path, inside(name, target, depth));
  }

  void hardLink(String name, String target) throws IOException {
    Path existing = place(target);
    if (Files.isSymbolicLink(existing)) {
      // A relative link means something else in another folder.
      Path meant = existing.resolveSibling(Files.readSymbolicLink(existing)).normalize();
      symbolicLink(name, "/" + root.relativize(meant));
      return;
    }
    if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(name, "a hard link to " + target + ", which is no file of the image");
    }
    Path path = place(name);
    if (path.equals(existing)) {
      return;
    }
    delete(path);
    Files.createLink(path, existing);
    brought(path);
  }

  /** Takes away what a lower layer has brought. */
  void whiteout(String folder, String name) throws IOException {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw refused(folder + "/.wh." + name, "a whiteout of no file");
    }
    Path path = place(folder.isEmpty() ? name : folder + "/" + name);
    if (!ofThisLayer.contains(path)) {
      delete(path);
    }
  }

  /** Takes away all that lower layers have brought into a folder. */
  void opaque(String folder) throws IOException {
    Path path = folder.isEmpty() ? root : place(folder);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    deleteLowerLayersIn(path);
  }

  private void deleteLowerLayersIn(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(children::add);
    }
    for (Path child : children) {
      if (!ofThisLayer.contains(child)) {
        deleteTree(child);
      } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        deleteLowerLayersIn(child);
      }
    }
  }

  /** With the folders that it is in. */
  private void brought(Path path) {
    for (Path at = path; !at.equals(root) && ofThisLayer.add(at); at = above(at)) {}
  }

  private static Path above(Path inRoot) {
    return Objects.requireNonNull(inRoot.getParent());
  }

  static ImageException refused(String entry, String why) {
    return new ImageException(
        "the image is not unpacked: its entry "
            + entry
            + " is "
            + why
            + "; use an image of somebody you trust");
  }

  private Path fresh(String name) throws IOException {
    Path path = place(name);
    delete(path);
    brought(path);
    return path;
  }

  /** Where an entry goes; its parents are real folders, made when missing. */
  private Path place(String name) throws IOException {
    List<String> parts = parts(name);
    if (parts.isEmpty()) {
      return root;
    }
    Path folder = follow(name, parts.subList(0, parts.size() - 1));
    return resolve(name, folder, parts.getLast());
  }

  private static List<String> parts(String name) throws ImageException {
    if (name.startsWith("/")) {
      throw refused(name, "an absolute path");
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(name, "a path that leads out of it");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }

  private Path follow(String name, List<String> parts) throws IOException {
    Deque<String> rest = new ArrayDeque<>(parts);
    Path at = root;
    int links = 0;
    while (!rest.isEmpty()) {
      String part = rest.removeFirst();
      if (part.equals("..")) {
        at = at.equals(root) ? root : above(at);
        continue;
      }
      Path next = resolve(name, at, part);
      if (Files.isSymbolicLink(next)) {
        if (++links > MOST_LINKS) {
          throw refused(name, "reached by links that lead in a circle");
        }
        // Ours all are relative and stay inside; see symbolicLink.
        List<String> target = new ArrayList<>();
        Files.readSymbolicLink(next).forEach(one -> target.add(one.toString()));
        target.removeIf(one -> one.isEmpty() || one.equals("."));
        target.reversed().forEach(rest::addFirst);
        continue;
      }
      if (!Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
        if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
          throw refused(name, "inside something that is no folder");
        }
        Files.createDirectory(next);
        brought(next);
      }
      at = next;
    }
    return at;
  }

  private static Path resolve(String name, Path folder, String part) throws ImageException {
    try {
      return folder.resolve(part);
    } catch (InvalidPathException e) {
      throw refused(name, "not possible as a file name on this machine");
    }
  }

  /**
   * The same target, relative to the folder of the link: an absolute one begins at the root of the
   * image, not of the machine.
   */
  private static Path inside(String name, String target, int depth) throws ImageException {
    Deque<String> kept = new ArrayDeque<>();
    int up = 0;
    if (target.startsWith("/")) {
      up = depth;
    }
    for (String part : target.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (!part.equals("..")) {
        kept.addLast(part);
      } else if (!kept.isEmpty()) {
        kept.removeLast();
      } else {
        up++;
      }
    }
    if (up > depth) {
      throw refused(name, "a link to " + target + ", which leads out of it");
    }
    StringBuilder path = new StringBuilder("../".repeat(up));
    path.append(String.join("/", kept));
    try {
      return Path.of(path.isEmpty() ? "." : path.toString());
    } catch (InvalidPathException e) {
      throw refused(name, "a link that is not possible on this machine");
    }
  }

  private void delete(Path path) throws IOException {
    if (path.equals(root)) {
      throw refused("/", "something else than a folder");
    }
    deleteTree(path);
  }

  /** Deletes a file or a folder with all that is in it; follows no link. */
  static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    // The bits of a mode are in the order of the enum, the lowest one last; setuid is not kept.
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (1 << bit)) != 0) {
        set.add(all[all.length - 1 - bit]);
      }
    }
    return set;
  }
}
