package io.pipeforce.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder as the OCI image layout specification describes it: content by its digest, and an index
 * of names. Every file appears whole or not at all, so that readers need no lock; those who change
 * the index take one that holds between processes.
 */
final class Layout {
  private static final String NAME = "org.opencontainers.image.ref.name";
  private static final String SINCE = "org.opencontainers.image.created";

  /** A lock on a file counts for the whole process, so its threads need another one. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path folder;

  /** A name, the manifest it stands for, and since when. */
  record Entry(String name, String mediaType, Digest digest, long size, Instant since) {}

  /** Something to do with files. */
  interface Work<T> {
    T run() throws IOException;
  }

  Layout(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path folder() {
    return folder;
  }

  Path blob(Digest digest) {
    return folder.resolve("blobs/sha256").resolve(digest.hex());
  }

  boolean has(Digest digest) {
    return Files.isRegularFile(blob(digest));
  }

  byte[] read(Digest digest) throws IOException {
    return Files.readAllBytes(blob(digest));
  }

  /** Keeps content; does nothing when it is there. */
  Digest put(byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    put(digest, out -> out.write(content));
    return digest;
  }

  /** Keeps a stream of known digest; refuses another one. */
  void put(Digest digest, InputStream content) throws IOException {
    put(digest, content::transferTo);
  }

  /** Writes something to a stream. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Keeps what is written, when it has this digest. */
  void put(Digest digest, Content content) throws IOException {
    if (has(digest)) {
      return;
    }
    Files.createDirectories(blob(digest).getParent());
    Path fresh = Files.createTempFile(folder.resolve("blobs"), "blob", ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(fresh)) {
        content.writeTo(out);
      }
      Digest was = Digest.of(fresh);
      if (!was.equals(digest)) {
        throw new ImageException(
            "a part of the image came broken: its digest is " + was + ", not " + digest);
      }
      move(fresh, blob(digest));
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** All names, in the order in which they came. */
  List<Entry> entries() throws IOException {
    Path index = folder.resolve("index.json");
    if (!Files.exists(index)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode one : Manifest.parse(Files.readAllBytes(index)).path("manifests")) {
      entries.add(
          new Entry(
              one.path("annotations").path(NAME).asString(""),
              one.path("mediaType").asString(""),
              Digest.parse(one.path("digest").asString("")),
              one.path("size").asLong(0),
              Manifest.instant(one.path("annotations").path(SINCE))));
    }
    return entries;
  }

  /** Lets a name stand for a manifest that is here with all its parts. */
  void name(Entry named) throws IOException {
    locked(
        "index.lock",
        () -> {
          List<Entry> entries = new ArrayList<>(entries());
          entries.removeIf(entry -> entry.name().equals(named.name()));
          entries.add(named);
          write(entries);
          return named;
        });
  }

  private void write(List<Entry> entries) throws IOException {
    ObjectNode index = Manifest.JSON.createObjectNode();
    index.put("schemaVersion", 2);
    ArrayNode manifests = index.putArray("manifests");
    for (Entry entry : entries) {
      ObjectNode manifest = manifests.addObject();
      manifest.put("mediaType", entry.mediaType());
      manifest.put("digest", entry.digest().toString());
      manifest.put("size", entry.size());
      manifest
          .putObject("annotations")
          .put(NAME, entry.name())
          .put(SINCE, entry.since().toString());
    }
    writeWhole("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    writeWhole(
        "index.json", Manifest.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
  }

  private void writeWhole(String file, byte[] content) throws IOException {
    Path fresh = Files.createTempFile(folder, file, ".tmp");
    Files.write(fresh, content);
    move(fresh, folder.resolve(file));
  }

  /** Runs alone among all threads and processes that use the same file. */
  <T> T locked(String file, Work<T> work) throws IOException {
    Files.createDirectories(folder);
    Path path = folder.resolve(file);
    ReentrantLock threads = THREADS.computeIfAbsent(path, _ -> new ReentrantLock());
    threads.lock();
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      return work.run();
    } finally {
      threads.unlock();
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
