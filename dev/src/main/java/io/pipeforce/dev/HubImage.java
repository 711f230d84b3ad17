package io.pipeforce.dev;

import io.pipeforce.cli.CommandFailedException;
import io.pipeforce.cli.ExitCode;
import io.pipeforce.image.ImageConfig;
import io.pipeforce.image.ImageLayer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What goes into the image of the hub: this {@code pi}, whose {@code hub} command it runs.
 *
 * @param jar of {@code pi}, with its libraries beside it
 */
record HubImage(Path jar) {
  private static final String LIBRARIES = ServiceImage.HOME + "/lib/";

  /**
   * A hub spends its time waiting: the smallest memory is what counts, and code that is compiled
   * once is fast enough. It remembers an object until the cluster tells a newer version of it, so
   * what it throws away is old: the serial collector would let the heap grow to its end before it
   * looks there. G1 does so beside the work, and gives memory back. {@code bench/hub-on-cluster}
   * measures it.
   */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseG1GC",
          "-XX:ParallelGCThreads=1",
          "-XX:ConcGCThreads=1",
          "-XX:G1ConcRefinementThreads=0",
          // In milliseconds: after so long without a collection, and what was not needed goes back.
          "-XX:G1PeriodicGCInterval=15000",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20",
          "-Xms24m",
          "-Xmx96m",
          "-XX:MaxNewSize=12m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          // It would write a file.
          "-XX:-UsePerfData",
          // What cannot go on is started anew.
          "-XX:+ExitOnOutOfMemoryError",
          // jib's Guava makes the JVM warn.
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * That of the {@code pi} that runs.
   *
   * @throws CommandFailedException when it does not run from jars
   */
  static HubImage ofThisPi() {
    try {
      Path jar =
          Path.of(HubImage.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (jar.toString().endsWith(".jar")) {
        return new HubImage(jar);
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    throw new CommandFailedException(
        ExitCode.MISSING, "this pi does not run from jars, so no image can be made of it");
  }

  /** How to run it: arguments may be replaced where it runs. */
  ImageConfig config() {
    return new ImageConfig(
        List.of(
            "sh",
            "-c",
            "exec java $JAVA_OPTS -cp "
                + LIBRARIES
                + jar.getFileName()
                + " "
                + PiDev.class.getName()
                + " hub \"$@\"",
            "hub"),
        List.of("--platform", "kubernetes", "--host", "0.0.0.0"),
        ServiceImage.HOME,
        Map.of(
            "JAVA_OPTS",
            String.join(" ", JVM_OPTIONS),
            // glibc would keep some memory of its own for each thread.
            "MALLOC_ARENA_MAX",
            "2"),
        Map.of());
  }

  /** Other people's libraries, and above them ours, which change more often. */
  List<ImageLayer> layers() throws IOException {
    List<Path> jars = new ArrayList<>(ServiceImage.libraries(jar));
    jars.add(jar);
    ImageLayer libraries = ImageLayer.named("libraries");
    ImageLayer hub = ImageLayer.named("hub");
    for (Path each : jars) {
      String name = LIBRARIES + each.getFileName();
      if (each.getFileName().toString().startsWith("pipeforce-")) {
        hub = hub.with(name, each);
      } else {
        libraries = libraries.with(name, each);
      }
    }
    return List.of(libraries, hub);
  }
}
