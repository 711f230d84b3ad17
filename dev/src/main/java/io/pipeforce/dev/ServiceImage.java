package io.pipeforce.dev;

import io.pipeforce.image.ImageConfig;
import io.pipeforce.image.ImageLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What of a built service goes into its image, and where: the same as by the template's Dockerfile.
 * The layers are ordered from what changes seldom to what changes with each edit.
 *
 * @param project its folder
 * @param jar the service's own, with its libraries in {@code lib} beside it
 */
record ServiceImage(Path project, Path jar) {
  /** In the image. */
  static final String HOME = "/app";

  /** Files of the image belong to it, and it runs the service. */
  static final int USER = 10001;

  static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "-XX:MaxRAMPercentage=75");

  private static final long MEMORY = 512L << 20;
  private static final int HEALTH_PORT = 8090;

  /** Where Maven has put the classes, libraries and the jar. */
  Path target() {
    return project.resolve("target");
  }

  List<Path> libraries() throws IOException {
    return libraries(jar);
  }

  /** The libraries that a jar names: what older builds have left beside them stays out. */
  static List<Path> libraries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String classPath =
          file.getManifest() == null
              ? null
              : file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Arrays.stream(Optional.ofNullable(classPath).orElse("").split(" ", -1))
          .filter(entry -> !entry.isEmpty())
          .map(entry -> jar.resolveSibling(entry))
          .toList();
    }
  }

  /** How to run it. */
  ImageConfig config() throws IOException {
    return new ImageConfig(
        List.of(),
        List.of("./run-service.sh"),
        HOME,
        Map.of("JAVA_OPTS", String.join(" ", JVM_OPTIONS)),
        Map.of(
            ImageConfig.HEALTH_PORT, Integer.toString(HEALTH_PORT),
            ImageConfig.MAX_DURATION, LongestHandler.in(target().resolve("classes")).toString(),
            ImageConfig.MEMORY, Long.toString(MEMORY)));
  }

  /**
   * The layers.
   *
   * @param cache files for a quick start by their names in {@code target/start}; may be empty
   */
  List<ImageLayer> layers(Map<String, Path> cache) throws IOException {
    ImageLayer libraries = ImageLayer.named("libraries");
    for (Path library : libraries()) {
      libraries = libraries.with(inTarget(library), library);
    }
    ImageLayer start = ImageLayer.named("start cache");
    for (Map.Entry<String, Path> file : cache.entrySet()) {
      start = start.with(HOME + "/target/start/" + file.getKey(), file.getValue());
    }
    return Stream.of(
            libraries,
            folder(ImageLayer.named("test libraries"), "target/test-lib"),
            start,
            scripts(ImageLayer.named("tests"), true)
                .with(HOME + "/checkstyle.xml", project.resolve("checkstyle.xml"))
                .with(HOME + "/test", project.resolve("test"))
                .with(HOME + "/src/test", project.resolve("src/test"))
                .with(HOME + "/target/test-classes", target().resolve("test-classes")),
            scripts(ImageLayer.named("app"), false)
                .with(HOME + "/src/main", project.resolve("src/main"))
                .with(HOME + "/target/classes", target().resolve("classes"))
                .with(inTarget(jar), jar))
        .filter(layer -> !layer.files().isEmpty())
        .toList();
  }

  private String inTarget(Path file) {
    return HOME + "/target/" + target().relativize(file).toString().replace('\\', '/');
  }

  private ImageLayer folder(ImageLayer layer, String folder) throws IOException {
    return layer.with(HOME + "/" + folder, project.resolve(folder));
  }

  private ImageLayer scripts(ImageLayer layer, boolean ofTests) throws IOException {
    List<Path> scripts;
    try (Stream<Path> files = Files.list(project)) {
      scripts = files.filter(file -> isScript(file.getFileName().toString(), ofTests)).toList();
    }
    ImageLayer with = layer;
    for (Path script : scripts) {
      with = with.with(HOME + "/" + script.getFileName(), script);
    }
    return with;
  }

  private static boolean isScript(String name, boolean ofTests) {
    return name.startsWith("run-")
        && name.endsWith(".sh")
        && name.startsWith("run-tests-") == ofTests;
  }
}
