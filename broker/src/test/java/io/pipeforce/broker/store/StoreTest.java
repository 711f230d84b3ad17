package io.pipeforce.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final int KIBIBYTE = 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private Store open() {
    return new Store(folder, _ -> {});
  }

  private static long put(Store store, long key, int size) {
    return store.add(new Change.PutMessage(key, size, () -> new byte[size]));
  }

  private static List<Long> messages(Store store) {
    List<Long> keys = new ArrayList<>();
    store.read(
        new Contents() {
          @Override
          public void definition(String key, byte[] value) {}

          @Override
          public void message(long key, byte[] value, int returns) {
            keys.add(key);
          }
        });
    return keys;
  }

  @Test
  void what_was_written_is_there_when_it_is_opened_again() {
    try (Store store = open()) {
      put(store, 2, 10);
      put(store, 1, 10);
      store.await(put(store, 3, 10));
      store.add(new Change.RemoveMessage(2));
    }

    try (Store store = open()) {
      assertThat(messages(store)).containsExactly(1L, 3L);
      assertThat(store.wasClosed()).isTrue();
    }
  }

  @Test
  void a_file_through_which_much_went_stays_small() throws Exception {
    int rounds = 400;
    int inOne = 500;
    try (Store store = open()) {
      for (int round = 0; round < rounds; round++) {
        long first = (long) round * inOne;
        long last = 0;
        for (long key = first; key < first + inOne; key++) {
          last = put(store, key, KIBIBYTE);
        }
        store.await(last);
        for (long key = first; key < first + inOne; key++) {
          store.add(new Change.RemoveMessage(key));
        }
      }
      store.await(store.last());
      // 200 MB went through it, and never was more than one half of a megabyte in it.
      await().atMost(PATIENCE).until(() -> size() < 30L << 20);
    }
    assertThat(size()).isLessThan(30L << 20);
  }

  private long size() {
    try (var files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void who_is_told_when_a_change_is_written_can_rely_on_it() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (Store store = open()) {
      long number = put(store, 1, 10);
      store.whenWritten(
          number,
          () -> {
            if (store.written() >= number) {
              told.countDown();
            }
          });
      assertThat(told.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_store_that_failed_refuses_what_comes_and_frees_who_waits() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    Supplier<byte[]> broken =
        () -> {
          throw new IllegalStateException("no room");
        };
    try (Store store = new Store(folder, _ -> failed.countDown())) {
      store.await(put(store, 1, 10));
      long number = store.add(new Change.PutMessage(2, 10, broken));

      assertThatThrownBy(() -> store.await(number))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("no room");
      assertThat(failed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> put(store, 3, 10)).isInstanceOf(StoreException.class);
    }

    try (Store store = open()) {
      assertThat(messages(store)).containsExactly(1L);
      assertThat(store.wasClosed()).isFalse();
    }
  }
}
