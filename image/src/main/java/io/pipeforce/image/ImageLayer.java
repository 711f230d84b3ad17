package io.pipeforce.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files that change together. The same files give the same layer: in it, all have the same time,
 * and rights that depend on nothing but whether a file can be executed.
 *
 * @param name for whoever looks into the image's history
 * @param files by their absolute path in the image
 */
public record ImageLayer(String name, SortedMap<String, Path> files) {
  /** Copies. */
  public ImageLayer {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    for (String path : files.keySet()) {
      if (!path.startsWith("/") || path.endsWith("/") || path.contains("/../")) {
        throw new IllegalArgumentException(
            "a file of the layer " + name + " needs an absolute path, was: " + path);
      }
    }
  }

  /** A layer without files. */
  public static ImageLayer named(String name) {
    return new ImageLayer(name, Collections.emptySortedMap());
  }

  /**
   * With one more file, or all files of a folder; what does not exist is left out.
   *
   * @param path where it is in the image
   * @throws IOException when the folder cannot be read
   */
  public ImageLayer with(String path, Path source) throws IOException {
    SortedMap<String, Path> more = new TreeMap<>(files);
    if (Files.isDirectory(source)) {
      try (Stream<Path> all = Files.walk(source)) {
        all.filter(Files::isRegularFile)
            .forEach(file ->
                more.put(path + "/" + source.relativize(file).toString().replace('\\', '/'), file));
      }
    } else if (Files.isRegularFile(source)) {
      more.put(path, source);
    }
    return new ImageLayer(name, more);
  }
}
