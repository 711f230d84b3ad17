package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.hub.platform.PlatformException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
  @TempDir private Path state;

  /** Another process that tries to take it. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws Exception {
      try (StateLock _ = StateLock.of(Path.of(args[0]))) {
        System.out.println("taken");
      } catch (PlatformException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String other() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                state.toString())
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void one_hub_at_a_time_has_a_state_and_one_that_is_refused_takes_nothing_from_it()
      throws Exception {
    try (StateLock _ = StateLock.of(state)) {
      assertThatThrownBy(() -> StateLock.of(state.resolve("..").resolve(state.getFileName())))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("another hub works on");
      assertThat(other()).contains("another hub works on");
    }
    assertThat(other()).contains("taken");
    StateLock.of(state).close();
  }
}
