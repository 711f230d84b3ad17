package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
  @TempDir private Path folder;

  @Test
  void is_the_same_as_long_as_nothing_changes() throws IOException {
    Files.writeString(folder.resolve("a"), "1");

    assertThat(now()).isEqualTo(now());
    assertThat(now().digest()).isEqualTo(now().digest()).hasSize(16);
  }

  @Test
  void tells_which_files_were_added_changed_or_removed() throws IOException {
    Path changed = Files.writeString(folder.resolve("changed"), "1");
    Path removed = Files.writeString(folder.resolve("removed"), "1");
    Files.writeString(folder.resolve("same"), "1");
    Fingerprint before = now();

    Files.writeString(changed, "22");
    Files.delete(removed);
    Path added = Files.createDirectories(folder.resolve("sub")).resolve("added");
    Files.writeString(added, "1");

    assertThat(now().changedSince(before)).containsExactly(changed, removed, added);
    assertThat(now().digest()).isNotEqualTo(before.digest());
  }

  @Test
  void differs_when_only_the_time_of_a_file_differs() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "1");
    Fingerprint before = now();

    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(now()).isNotEqualTo(before);
  }

  @Test
  void of_what_does_not_exist_is_empty() {
    assertThat(Fingerprint.of(List.of(folder.resolve("none"))).files()).isEmpty();
  }

  private Fingerprint now() {
    return Fingerprint.of(List.of(folder));
  }
}
