package io.pipeforce.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a set of files looks like from outside: name, size and time of each. Equal fingerprints mean
 * that nothing has to be built again.
 *
 * @param files name to size and time
 */
record Fingerprint(Map<Path, String> files) {
  Fingerprint {
    files = Map.copyOf(files);
  }

  /** Of these files, and of all files in these folders. What does not exist is left out. */
  static Fingerprint of(List<Path> roots) {
    Map<Path, String> files = new TreeMap<>();
    for (Path root : roots) {
      if (Files.exists(root)) {
        walk(root, files);
      }
    }
    return new Fingerprint(files);
  }

  /** A short name for it, the same in every run. */
  String digest() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(files).forEach((file, state) -> text.append(file).append(state).append('\n'));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The files that were added, changed or removed since an older fingerprint. */
  List<Path> changedSince(Fingerprint older) {
    TreeMap<Path, String> changed = new TreeMap<>(older.files);
    files.forEach((file, state) -> {
      if (!changed.remove(file, state)) {
        changed.put(file, state);
      }
    });
    return List.copyOf(changed.keySet());
  }

  private static void walk(Path root, Map<Path, String> files) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              files.put(file, " " + attributes.size() + " " + attributes.lastModifiedTime());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException error)
                throws IOException {
              if (error instanceof NoSuchFileException) {
                // An editor has just replaced it.
                return FileVisitResult.CONTINUE;
              }
              throw error;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + root, e);
    }
  }
}
