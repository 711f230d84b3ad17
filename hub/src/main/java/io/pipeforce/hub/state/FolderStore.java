package io.pipeforce.hub.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each text, which is JSON, in a file of its own. Nobody else may write into the folder. */
public final class FolderStore implements KeyValueStore {
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final Map<String, String> all = new ConcurrentHashMap<>();

  private FolderStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads what is in the folder.
   *
   * @throws UncheckedIOException when it cannot be read; the message names the file
   */
  public static FolderStore in(Path folder) {
    FolderStore store = new FolderStore(folder);
    if (!Files.isDirectory(folder)) {
      return store;
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
        String name = file.getFileName().toString();
        String key = name.substring(0, name.length() - SUFFIX.length());
        store.file(key).read().ifPresent(json -> store.all.put(key, json.toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
    }
    return store;
  }

  private StateFile<JsonNode> file(String key) {
    return new StateFile<>(folder.resolve(key + SUFFIX), JsonNode.class);
  }

  @Override
  public Map<String, String> all() {
    return Map.copyOf(all);
  }

  @Override
  public Optional<String> get(String key) {
    return Optional.ofNullable(all.get(key));
  }

  @Override
  public void put(String key, String value) {
    file(key).write(JsonMapper.shared().readTree(value));
    all.put(key, value);
  }

  @Override
  public boolean delete(String key) {
    file(key).delete();
    return all.remove(key) != null;
  }
}
