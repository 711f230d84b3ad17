package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarTest {
  private static final List<String> NAMES = List.of("dev", "broker", "send", "new", "test");

  @ParameterizedTest
  @CsvSource({"sned,send", "sent,send", "boker,broker", "brokr,broker", "nwe,new", "tests,test"})
  void a_name_is_found_in_spite_of_typing_mistakes(String typed, String meant) {
    assertThat(Similar.to(typed, NAMES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"deploy", "xyz", "pipeline"})
  void nothing_is_suggested_when_nothing_is_near(String typed) {
    assertThat(Similar.to(typed, NAMES)).isEmpty();
  }
}
