package io.pipeforce.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is shipped: the jars, and the AOT cache besides. */
final class Size implements Measurement {
  private final Setting setting;
  private final AotCaches caches;

  Size(Setting setting, AotCaches caches) {
    this.setting = setting;
    this.caches = caches;
  }

  @Override
  public String name() {
    return "size";
  }

  @Override
  public String how() {
    return "All jars of the program, its own included, and the AOT cache that the two tables above"
        + " were measured with.";
  }

  @Override
  public boolean includes(Peer peer) {
    return peer.takesPartIn().contains("size");
  }

  @Override
  public void prepare(Peer peer) throws InterruptedException {
    caches.record(peer);
  }

  @Override
  public List<Figure> run(Peer peer) {
    Path jar = peer.consumer().file(setting.peers());
    Path folder = setting.peers().resolve(peer.consumer().folder());
    try {
      double jars = Files.size(jar);
      int count = 1;
      for (Path file : libraries(folder)) {
        jars += Files.size(file);
        count++;
      }
      return List.of(
          new Figure(peer.id(), "jars MiB", jars / (1 << 20)),
          new Figure(peer.id(), "jars", count),
          new Figure(
              peer.id(), "AOT cache MiB", Files.size(caches.file(peer)) / (double) (1 << 20)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Jars in the folders below that are shipped: {@code lib}, and Quarkus' {@code app}, {@code
   * quarkus}.
   */
  private static List<Path> libraries(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> {
            String top = folder.relativize(file).getName(0).toString();
            return top.equals("lib") || top.equals("app") || top.equals("quarkus");
          })
          .toList();
    }
  }
}
