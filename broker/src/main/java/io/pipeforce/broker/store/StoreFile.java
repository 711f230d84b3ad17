package io.pipeforce.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/** The file in the folder, by H2's MVStore (ADR 9). Used by one thread at a time. */
final class StoreFile {
  private static final String NAME = "broker.mv";

  /** Whoever changes what is written where makes this a new one. */
  private static final String FORMAT = "1";

  private static final int CACHE_MEGABYTES = 8;

  /** Below so many per cent in use, the file is made denser. */
  private static final int LEAST_FILL = 50;

  private static final int PIECE = 4 << 20;

  private final MVStore store;
  private final MVMap<String, String> facts;
  private final MVMap<String, byte[]> definitions;
  private final MVMap<Long, byte[]> messages;
  private final MVMap<Long, Long> returns;
  private final boolean wasClosed;

  private StoreFile(Path file, MVStore store) {
    this.store = store;
    // What has been replaced may be overwritten at once, since each commit is forced to the disk.
    store.setRetentionTime(0);
    store.setVersionsToKeep(0);
    facts = map("facts", StringDataType.INSTANCE, StringDataType.INSTANCE);
    definitions = map("definitions", StringDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    messages = map("messages", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    returns = map("returns", LongDataType.INSTANCE, LongDataType.INSTANCE);
    String format = facts.putIfAbsent("format", FORMAT);
    if (format != null && !format.equals(FORMAT)) {
      store.closeImmediately();
      throw new StoreException(
          "%s has format %s and this broker reads format %s: start the version of the broker that wrote it, or choose another folder"
              .formatted(file, format, FORMAT));
    }
    wasClosed = facts.remove("closed") != null || format == null;
    commit();
  }

  private <K, V> MVMap<K, V> map(String name, DataType<K> keys, DataType<V> values) {
    return store.openMap(name, new MVMap.Builder<K, V>().keyType(keys).valueType(values));
  }

  /**
   * @throws StoreException when the folder cannot be used
   */
  static StoreFile open(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      return new StoreFile(
          file,
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .cacheSize(CACHE_MEGABYTES)
              .open());
    } catch (IOException e) {
      throw new StoreException(
          "The data folder %s cannot be made (%s): choose one that can be written"
              .formatted(folder, e),
          e);
    } catch (MVStoreException e) {
      String remedy =
          e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
              ? "another broker uses it; stop that one, or choose another folder"
              : "choose another folder, or move " + NAME + " away to begin without what it holds";
      throw new StoreException(
          "The data folder %s cannot be used (%s): %s".formatted(folder, e.getMessage(), remedy),
          e);
    }
  }

  /** Whether whoever had it last closed it; a new one counts as closed. */
  boolean wasClosed() {
    return wasClosed;
  }

  void read(Contents contents) {
    definitions.forEach(contents::definition);
    messages.forEach((key, value) -> {
      Long count = returns.get(key);
      contents.message(key, value, count == null ? 0 : count.intValue());
    });
  }

  /** Writes all of it or nothing; it is on the disk when this returns. */
  void write(Batch batch) {
    for (Change change : batch.definitions()) {
      switch (change) {
        case Change.PutDefinition(String key, byte[] value) -> definitions.put(key, value);
        case Change.RemoveDefinition(String key) -> definitions.remove(key);
        case Change.PutMessage _, Change.RemoveMessage _, Change.CountReturns _ -> {}
      }
    }
    for (long key : batch.removed()) {
      messages.remove(key);
      returns.remove(key);
    }
    batch.messages().forEach(put -> messages.put(put.key(), put.value().get()));
    batch.returns().forEach((key, count) -> returns.put(key, Long.valueOf(count)));
    commit();
  }

  private void commit() {
    store.commit();
    store.sync();
  }

  /** Moves a piece of what is still in use together, if the file has become sparse. */
  boolean compactPiece() {
    return store.compact(LEAST_FILL, PIECE);
  }

  void close() {
    facts.put("closed", "yes");
    commit();
    store.close();
  }

  void closeImmediately() {
    store.closeImmediately();
  }
}
