package io.pipeforce.hub.platform;

import io.pipeforce.image.ImageConfig;
import io.pipeforce.image.ImageLayer;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts small images into a store that is an OCI image layout, as any tool could, or pushes them:
 * each has {@link SampleServer} and the scripts that a test gives it in its folder {@code /app}.
 */
public final class SampleImage {
  private static final int USER = 10_001;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("FROM_IMAGE", "yes", "DATA", "/app/data", "JAVA_OPTS", "-XX:+UseSerialGC");

  private final Path layout;
  private final Path files;
  private final Map<String, String> labels = new LinkedHashMap<>();
  private List<String> command = List.of("java", "-cp", ".", SampleServer.class.getName());

  private SampleImage(Path layout, Path files) {
    this.layout = layout;
    this.files = files;
  }

  /** An image with the sample server. */
  public static SampleImage in(Path layout) throws IOException {
    SampleImage image = new SampleImage(layout, Files.createTempDirectory("sample-image"));
    String name = SampleServer.class.getName().replace('.', '/') + ".class";
    Path copy = image.files.resolve("app").resolve(name);
    Files.createDirectories(copy.getParent());
    try (var bytes = SampleServer.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(bytes, copy);
    }
    // Lambdas are no classes of their own, so this is all of it.
    return image;
  }

  /** Adds a script that can be run as {@code ./NAME}. */
  public SampleImage script(String name, String text) throws IOException {
    Path script = files.resolve("app").resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return this;
  }

  public SampleImage label(String name, String value) {
    labels.put("io.pipeforce." + name, value);
    return this;
  }

  public SampleImage command(String... words) {
    command = List.of(words);
    return this;
  }

  /** Keeps it under this name in the local store. */
  public void keep(String name) throws IOException, InterruptedException {
    Path layer = files.resolveSibling(files.getFileName() + ".tgz");
    int code =
        new ProcessBuilder("tar", "-czf", layer.toString(), "-C", files.toString(), "app")
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("tar ended with " + code);
    }
    Map<String, Object> config =
        Map.of(
            "architecture", "amd64",
            "os", "linux",
            "config",
                Map.of(
                    "Cmd",
                    command,
                    "WorkingDir",
                    "/app",
                    "Env",
                    ENVIRONMENT.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList(),
                    "Labels",
                    labels));
    Map<String, Object> manifest =
        Map.of(
            "schemaVersion",
            2,
            "mediaType",
            "application/vnd.oci.image.manifest.v1+json",
            "config",
            blob(
                "application/vnd.oci.image.config.v1+json",
                JsonMapper.shared().writeValueAsBytes(config)),
            "layers",
            List.of(
                blob("application/vnd.oci.image.layer.v1.tar+gzip", Files.readAllBytes(layer))));
    Map<String, Object> named =
        new LinkedHashMap<>(
            blob(
                "application/vnd.oci.image.manifest.v1+json",
                JsonMapper.shared().writeValueAsBytes(manifest)));
    named.put("annotations", Map.of("org.opencontainers.image.ref.name", name + ":latest"));
    Path index = layout.resolve("index.json");
    List<Object> all = new ArrayList<>();
    if (Files.exists(index)) {
      for (JsonNode one :
          JsonMapper.shared().readTree(Files.readAllBytes(index)).path("manifests")) {
        if (!one.path("annotations").toString().contains(name + ":latest")) {
          all.add(one);
        }
      }
    }
    all.add(named);
    Files.write(
        index, JsonMapper.shared().writeValueAsBytes(Map.of("schemaVersion", 2, "manifests", all)));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /**
   * Puts it on a base that has a Java, as {@code pi image build} does, and pushes it to a registry
   * that asks for no password. Others can reach what it listens on.
   *
   * @param base name of an image in a registry
   */
  public void push(String base, String to) throws IOException {
    ImageStore store = store(layout);
    StoredImage below = store.pull(ImageName.parse(base), Optional.empty(), _ -> {});
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("HOST", "0.0.0.0");
    StoredImage image =
        store.build(
            ImageName.parse(to),
            Optional.of(below),
            List.of(ImageLayer.named("sample").with("/app", files.resolve("app"))),
            new ImageConfig(List.of(), command, "/app", environment, labels),
            USER);
    store.push(image, image.name(), Optional.empty(), _ -> {});
  }

  private Map<String, Object> blob(String mediaType, byte[] content) throws IOException {
    try {
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      Path blobs = layout.resolve("blobs").resolve("sha256");
      Files.createDirectories(blobs);
      Files.write(blobs.resolve(digest), content);
      return Map.of("mediaType", mediaType, "digest", "sha256:" + digest, "size", content.length);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** The store with all of them. */
  public static ImageStore store(Path layout) {
    return ImageStore.in(layout);
  }
}
