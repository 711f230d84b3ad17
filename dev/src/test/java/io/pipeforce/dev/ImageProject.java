package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service made by {@code pi new} and built, with images and settings of its own. */
final class ImageProject {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path home;
  private final Path folder;

  /** A layer of an image. */
  record Layer(String digest, long size) {}

  private ImageProject(Path home, String name) {
    this.home = home;
    this.folder = home.resolve(name);
  }

  static ImageProject make(Path home, String name) throws Exception {
    ImageProject project = new ImageProject(home, name);
    // Nobody is logged in anywhere.
    Files.writeString(project.logins(), "{}");
    Result made = PiProcess.run(home, home, "new", name);
    assertThat(made.exit()).as(made.toString()).isZero();
    // Also brings what Maven needs, so that the build of the image does without a network.
    project.must(Map.of(), "mvn", "-q", "-B", "package", "-DskipTests");
    return project;
  }

  /** What docker and podman keep of logins. */
  Path logins() {
    return home.resolve("config.json");
  }

  Path folder() {
    return folder;
  }

  ImageStore store() {
    return ImageStore.in(home.resolve("pipeforce/images"));
  }

  Result run(Map<String, String> more, String... command) throws IOException, InterruptedException {
    return runIn(folder, more, command);
  }

  Result runIn(Path where, Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    try (PiProcess process = start(where, more, command)) {
      return process.result();
    }
  }

  PiProcess start(Path where, Map<String, String> more, String... command) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    for (String variable :
        List.of("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "DOCKER_CONFIG")) {
      settings.putIfAbsent(variable, home.toString());
    }
    if (command[0].equals("pi")) {
      // A program is looked for on our PATH, not on the one that it gets.
      command[0] = PiProcess.HOME.resolve("pi").toString();
    }
    return PiProcess.command(where, environment -> environment.putAll(settings), List.of(command));
  }

  Result must(Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Result result = run(more, command);
    assertThat(result.exit()).as(String.join(" ", command) + "\n" + result).isZero();
    return result;
  }

  /** Builds the image; answers its digest. */
  String build(Map<String, String> more, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("pi", "image", "build"));
    command.addAll(List.of(options));
    return digest(must(more, command.toArray(String[]::new)));
  }

  static String digest(Result result) {
    String[] words = result.out().strip().split(" ", -1);
    assertThat(words).hasSize(2);
    return words[1];
  }

  /** From the lowest to the highest. */
  List<Layer> layers(String digest) throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : blob(digest).path("layers")) {
      layers.add(new Layer(layer.path("digest").asString(), layer.path("size").asLong()));
    }
    return layers;
  }

  private JsonNode blob(String digest) throws IOException {
    return JSON.readTree(
        Files.readAllBytes(
            home.resolve("pipeforce/images/blobs/sha256").resolve(digest.substring(7))));
  }

  StoredImage image(String digest) throws IOException {
    return store().list().stream()
        .filter(image -> image.digest().equals(digest))
        .findFirst()
        .orElseThrow();
  }
}
