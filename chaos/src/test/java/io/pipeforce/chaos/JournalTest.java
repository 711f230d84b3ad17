package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir private Path folder;

  @Test
  void what_a_future_says_is_on_disk_is_in_the_file() throws Exception {
    Path file = folder.resolve("service-1-1.journal");
    try (Journal journal = new Journal(file)) {
      for (int id = 0; id < 20; id++) {
        journal.append(new Entry(Handler.FAST, id, 1, id).bytes()).get();
        assertThat(Files.size(file)).isEqualTo((id + 1L) * Entry.SIZE);
      }
    }
  }

  @Test
  void after_a_flush_all_that_was_appended_is_in_the_file() throws Exception {
    Path file = folder.resolve("confirmed");
    try (Journal journal = new Journal(file)) {
      journal.flushed().get();
      for (int round = 1; round <= 20; round++) {
        for (int id = 0; id < 50; id++) {
          var _ = journal.append(new Entry(Handler.FAST, id, 1, id).bytes());
        }
        journal.flushed().get();
        assertThat(Files.size(file)).isEqualTo(round * 50L * Entry.SIZE);
      }
    }
  }

  @Test
  void many_entries_are_read_once_and_a_torn_one_not_at_all() throws Exception {
    Path file = folder.resolve("service-1-1.journal");
    Evidence evidence = new Evidence(folder);
    try (Journal journal = new Journal(file)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int id = 0; id < 1_000; id++) {
        futures.add(journal.append(new Entry(Handler.FLAKY, id, 3, id).bytes()));
      }
      for (Future<?> future : futures) {
        future.get();
      }
      evidence.look();
      journal.append(new Entry(Handler.FLAKY, 5, 1, 2_000).bytes()).get();
    }
    Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    evidence.look();
    evidence.look();

    Evidence.Work work = evidence.of(Handler.FLAKY);
    assertThat(work.ids().cardinality()).isEqualTo(1_000);
    assertThat(work.calls()).isEqualTo(1_001);
    assertThat(work.duplicates()).isEqualTo(1);
    assertThat(work.retries()).isEqualTo(2_000);
  }
}
