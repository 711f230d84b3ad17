package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
  private static final Profile MINE =
      new Profile(
          "amqp://guest:se%20cret@127.0.0.1:4001",
          "http://127.0.0.1:4002", "", "", ProcessHandle.current().pid());

  @TempDir private Path folder;

  @Test
  void is_kept_where_the_xdg_specification_says() {
    assertThat(Profile.file("dev", Map.of("XDG_CONFIG_HOME", "/conf")))
        .isEqualTo(Path.of("/conf/pipeforce/profiles/dev.properties"));
    assertThat(Profile.file("dev", Map.of()))
        .isEqualTo(
            Path.of(System.getProperty("user.home"))
                .resolve(".config/pipeforce/profiles/dev.properties"));
  }

  @Test
  void is_read_as_it_was_written() {
    Path file = folder.resolve("deep/er/dev.properties");

    MINE.write(file);

    assertThat(Profile.read(file)).contains(MINE);
  }

  @Test
  void can_be_read_by_its_user_alone() throws IOException {
    Path file = folder.resolve("dev.properties");

    MINE.write(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void of_a_process_that_has_ended_does_not_count() {
    assertThat(MINE.alive()).isTrue();
    assertThat(new Profile("amqp://h", "", "", "", Integer.MAX_VALUE).alive()).isFalse();
  }

  @Test
  void that_another_process_has_taken_over_is_left_alone() {
    Path file = folder.resolve("dev.properties");
    Profile other = new Profile("amqp://other", "", "", "", 1);
    other.write(file);

    MINE.withdraw(file);
    assertThat(file).exists();

    other.withdraw(file);
    assertThat(file).doesNotExist();
  }

  @Test
  void that_is_damaged_does_not_count() throws IOException {
    Path file = Files.writeString(folder.resolve("dev.properties"), "process=x");

    assertThat(Profile.read(file)).isEmpty();
    assertThat(Profile.read(folder.resolve("none"))).isEmpty();
  }

  @Test
  void does_not_tell_its_password() {
    assertThat(MINE.toString()).doesNotContain("se%20cret");
  }
}
