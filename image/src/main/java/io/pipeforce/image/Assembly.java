package io.pipeforce.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes an image of layers, on top of another one or of nothing. */
final class Assembly {
  private static final String BLOBS = "blobs/sha256/";
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");

  private final Layout layout;

  Assembly(Layout layout) {
    this.layout = layout;
  }

  /** Puts all blobs into the layout, and answers the manifest. */
  Manifest make(Optional<Manifest> base, List<ImageLayer> layers, ImageConfig config, String user)
      throws IOException {
    Manifest own = byJib(layers, user);
    ObjectNode ownDocument = (ObjectNode) Manifest.parse(layout.read(own.config().digest()));
    if (base.isEmpty()) {
      describe(ownDocument, config, user);
      return new Manifest(Manifest.OCI, put(ownDocument), own.layers());
    }
    ObjectNode document = (ObjectNode) Manifest.parse(layout.read(base.get().config().digest()));
    append(document.withObject("/rootfs"), "diff_ids", ownDocument.path("rootfs"));
    append(document, "history", ownDocument);
    describe(document, config, user);
    List<Manifest.Part> all = new ArrayList<>();
    for (Manifest.Part layer : base.get().layers()) {
      all.add(new Manifest.Part(ociType(layer.mediaType()), layer.digest(), layer.size()));
    }
    all.addAll(own.layers());
    return new Manifest(Manifest.OCI, put(document), all);
  }

  /** Docker and OCI have different words for the same layers. */
  private static String ociType(String mediaType) throws ImageException {
    if (mediaType.endsWith("zstd")) {
      throw new ImageException(
          "the base has layers that are compressed with zstd; take one that is built with gzip");
    }
    return mediaType.endsWith("gzip")
        ? Manifest.OCI_LAYER
        : mediaType.replace(
            "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.oci.image.layer.v1.tar");
  }

  private static void append(ObjectNode to, String array, JsonNode from) {
    ArrayNode all = to.withArray("/" + array);
    from.path(array).forEach(all::add);
  }

  private Manifest.Part put(ObjectNode document) throws IOException {
    byte[] bytes = Manifest.JSON.writeValueAsBytes(document);
    return new Manifest.Part(Manifest.OCI_CONFIG, layout.put(bytes), bytes.length);
  }

  /** Over what the base says; its entrypoint stays when we have none. */
  private static void describe(ObjectNode document, ImageConfig config, String user) {
    document.put("created", "1970-01-01T00:00:00Z");
    ObjectNode process = document.withObject("/config");
    ImageConfig below = Manifest.configOf(document);
    Map<String, String> environment = new LinkedHashMap<>(below.environment());
    environment.putAll(new TreeMap<>(config.environment()));
    ArrayNode variables = process.putArray("Env");
    new TreeMap<>(environment).forEach((name, value) -> variables.add(name + "=" + value));
    Map<String, String> labels = new TreeMap<>(below.labels());
    labels.putAll(config.labels());
    ObjectNode allLabels = process.putObject("Labels");
    labels.forEach(allLabels::put);
    if (!config.entrypoint().isEmpty()) {
      config.entrypoint().forEach(process.putArray("Entrypoint")::add);
    }
    ArrayNode command = process.putArray("Cmd");
    config.command().forEach(command::add);
    process.put("WorkingDir", config.workingDirectory());
    process.put("User", user);
  }

  private Manifest byJib(List<ImageLayer> layers, String user) throws IOException {
    Path cache = layout.folder().resolve("jib");
    Files.createDirectories(cache);
    Path archive = Files.createTempFile(cache, "image", ".tar");
    try {
      List<FileEntriesLayer> entries = new ArrayList<>();
      for (ImageLayer layer : layers) {
        entries.add(entries(layer, user, cache));
      }
      Jib.fromScratch()
          .setFormat(ImageFormat.OCI)
          .setPlatforms(Set.of(new Platform(Architecture.ofThisMachine(), "linux")))
          .setFileEntriesLayers(entries)
          .containerize(
              Containerizer.to(TarImage.at(archive).named("image"))
                  .setOfflineMode(true)
                  .setToolName("pi")
                  .setBaseImageLayersCache(cache)
                  .setApplicationLayersCache(cache));
      return read(archive);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted", e);
    } catch (ExecutionException
        | RegistryException
        | CacheDirectoryCreationException
        | InvalidImageReferenceException e) {
      throw new ImageException("the image cannot be written: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** Folders are the user's as well, for tests write their reports beside what they test. */
  private static FileEntriesLayer entries(ImageLayer layer, String user, Path anyFolder) {
    FileEntriesLayer.Builder entries = FileEntriesLayer.builder().setName(layer.name());
    String owner = user + ":" + user;
    TreeSet<String> folders = new TreeSet<>();
    for (String path : layer.files().keySet()) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    for (String folder : folders) {
      entries.addEntry(
          anyFolder,
          AbsoluteUnixPath.get(folder),
          PROGRAM,
          FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
          owner);
    }
    layer
        .files()
        .forEach((path, source) ->
            entries.addEntry(
                source,
                AbsoluteUnixPath.get(path),
                Files.isExecutable(source) ? PROGRAM : FILE,
                FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                owner));
    return entries.build();
  }

  private Manifest read(Path archive) throws IOException {
    byte[] index = {};
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        TarArchiveInputStream tar = new TarArchiveInputStream(file)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.getName().startsWith(BLOBS)) {
          layout.put(new Digest(entry.getName().substring(BLOBS.length())), tar);
        } else if (entry.getName().equals("index.json")) {
          index = tar.readAllBytes();
        }
      }
    }
    String digest = Manifest.parse(index).path("manifests").path(0).path("digest").asString("");
    return Manifest.read(layout.read(Digest.parse(digest)));
  }
}
