package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BaseService;
import io.pipeforce.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongestHandlerTest {
  @TempDir private Path classes;

  /** Says how long. */
  public static final class Slow extends BaseService {
    public Slow() {}

    @Event(value = "a", maxDuration = "90s")
    public void shorter(String body) {}

    @Event(value = "b", maxDuration = "2h")
    public void longer(String body) {}
  }

  /** Does not. */
  public static final class Usual extends BaseService {
    public Usual() {}

    @Event("a")
    public void usual(String body) {}
  }

  private void compiled(Class<?> type) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream("/" + name)) {
      Files.write(classes.resolve(type.getSimpleName() + ".class"), in.readAllBytes());
    }
  }

  @Test
  void the_longest_of_all_handlers_counts() throws IOException {
    compiled(Slow.class);
    compiled(Usual.class);

    assertThat(LongestHandler.in(classes)).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void a_handler_that_does_not_say_has_the_default_of_the_annotation() throws Exception {
    compiled(Usual.class);

    Object usual = Event.class.getMethod("maxDuration").getDefaultValue();
    assertThat(LongestHandler.in(classes)).isEqualTo(LongestHandler.parse((String) usual));
  }

  @Test
  void without_handlers_it_is_half_a_minute() throws IOException {
    assertThat(LongestHandler.in(classes)).isEqualTo(Duration.ofSeconds(30));
    assertThat(LongestHandler.in(classes.resolve("none"))).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"10ms, PT0.01S", "1s, PT1S", "5m, PT5M", "2h, PT2H"})
  void durations_are_written_as_in_the_annotation(String text, Duration duration) {
    assertThat(LongestHandler.parse(text)).isEqualTo(duration);
  }
}
