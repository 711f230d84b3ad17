package io.pipeforce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.TopologyCommand.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyCommandTest {
  @Test
  void plan_and_apply_take_the_place_of_the_management_api() {
    assertThat(request("topology plan")).contains(new Request(false, Optional.empty()));
    assertThat(request("topology apply")).contains(new Request(true, Optional.empty()));
    assertThat(request("topology apply --management http://broker:15672"))
        .contains(new Request(true, Optional.of("http://broker:15672")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topologie plan",
        "topology",
        "topology destroy",
        "topology plan --management",
        "topology plan --mangement http://x",
        "topology plan --management http://x more"
      })
  void anything_else_is_not_understood(String line) {
    assertThat(request(line)).isEmpty();
  }

  @Test
  void a_service_refuses_arguments_it_does_not_know_and_says_what_is_possible() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServiceRuntime.class.getName(),
                "topology",
                "destroy")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("unknown arguments: topology destroy")
        .contains("topology plan")
        .contains("topology apply");
  }

  private static Optional<Request> request(String line) {
    return Request.of(List.of(line.split(" ")));
  }
}
