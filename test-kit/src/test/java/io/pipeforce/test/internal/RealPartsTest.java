package io.pipeforce.test.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipeforce.test.internal.RealParts.Part;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RealPartsTest {

  private static final Part PRESENT = new Part("rabbitmq-4.0", "dev/brokers up 4.0", () -> true);
  private static final Part ABSENT = new Part("rabbitmq-3.10", "dev/brokers up 3.10", () -> false);
  private static final Part PIKA = new Part("python3-pika", "apt-get install it", () -> false);

  /** Puts into every build's output what it was run with; fails it when a required part is away. */
  @Test
  void the_build_tells_with_which_real_parts_it_ran_and_has_all_that_PI_REQUIRE_names() {
    RealParts here = RealParts.here();
    System.out.println(here.describe());

    assertThatCode(here::checkRequired).doesNotThrowAnyException();
  }

  @Test
  void the_description_names_what_is_there_and_how_to_get_the_rest() {
    assertThat(new RealParts(List.of(ABSENT, PRESENT, PIKA), "").describe())
        .isEqualTo(
            "real parts: rabbitmq-4.0; absent: rabbitmq-3.10 (dev/brokers up 3.10), python3-pika"
                + " (apt-get install it)");
    assertThat(new RealParts(List.of(PRESENT), "").describe())
        .isEqualTo("real parts: rabbitmq-4.0");
    assertThat(new RealParts(List.of(ABSENT), "").describe())
        .isEqualTo("real parts: none; absent: rabbitmq-3.10 (dev/brokers up 3.10)");
  }

  @Test
  void an_absent_part_that_is_required_fails_with_the_command_that_brings_it() {
    RealParts parts = new RealParts(List.of(ABSENT, PRESENT, PIKA), "rabbitmq-3.10, python3-pika");

    assertThatThrownBy(parts::checkRequired)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "rabbitmq-3.10 is required by PI_REQUIRE and absent; run: dev/brokers up 3.10")
        .hasMessageContaining("run: apt-get install it");
    assertThatThrownBy(() -> parts.assume("rabbitmq-3.10")).isInstanceOf(AssertionError.class);
  }

  @Test
  void an_absent_part_that_is_not_required_skips_the_test_that_needs_it() {
    assertThatThrownBy(() -> new RealParts(List.of(ABSENT), "").assume("rabbitmq-3.10"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessage("rabbitmq-3.10 is absent; run: dev/brokers up 3.10");
  }

  @Test
  void a_misspelt_requirement_is_not_ignored() {
    assertThatThrownBy(new RealParts(List.of(PRESENT), "rabitmq-4.0")::checkRequired)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PI_REQUIRE names 'rabitmq-4.0', which no test knows");
  }

  @Test
  void a_present_part_satisfies_its_requirement() {
    RealParts parts = new RealParts(List.of(PRESENT), "rabbitmq-4.0");

    assertThatCode(parts::checkRequired).doesNotThrowAnyException();
    assertThatCode(() -> parts.assume("rabbitmq-4.0")).doesNotThrowAnyException();
  }

  @Test
  void a_part_that_is_coming_is_waited_for_by_the_test_that_needs_it() throws Exception {
    Process coming = new ProcessBuilder("sh", "-c", "read line").start();
    Part part =
        new Part(
            "kubernetes",
            "dev/kubernetes up",
            () -> !coming.isAlive(),
            () -> Optional.of(coming.toHandle()));
    RealParts parts = new RealParts(List.of(part), "kubernetes");

    assertThatCode(parts::checkRequired).doesNotThrowAnyException();
    Thread test = Thread.startVirtualThread(() -> parts.assume("kubernetes"));
    assertThat(test.join(Duration.ofMillis(100))).isFalse();
    coming.getOutputStream().close();
    assertThat(test.join(Duration.ofSeconds(30))).isTrue();
    assertThatCode(() -> parts.assume("kubernetes")).doesNotThrowAnyException();
  }
}
