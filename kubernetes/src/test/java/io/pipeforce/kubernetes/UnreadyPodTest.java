package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnreadyPodTest {
  private static Event event(String type, String reason, String message) {
    return new EventBuilder().withType(type).withReason(reason).withMessage(message).build();
  }

  @Test
  void an_error_of_the_probe_is_told_at_once_and_silence_only_when_it_is_late() {
    List<Event> error =
        List.of(event("Warning", "Unhealthy", "Readiness probe failed: … statuscode: 503"));
    List<Event> silence =
        List.of(event("Warning", "Unhealthy", "Readiness probe failed: … connection refused"));

    assertThat(UnreadyPod.why(true, false, error).orElseThrow()).contains("503");
    assertThat(UnreadyPod.why(true, false, silence)).isEmpty();
    assertThat(UnreadyPod.why(true, true, silence).orElseThrow()).contains("connection refused");
    assertThat(UnreadyPod.why(true, true, List.of())).contains("it runs, and is not ready");
  }

  @Test
  void what_keeps_a_container_from_running_is_told_and_what_is_normal_is_not() {
    List<Event> mount =
        List.of(
            event("Normal", "Scheduled", "assigned"),
            event("Warning", "FailedMount", "no such volume"));

    assertThat(UnreadyPod.why(false, false, mount)).contains("no such volume");
    assertThat(UnreadyPod.why(false, true, mount.subList(0, 1))).isEmpty();
    assertThat(UnreadyPod.why(true, false, mount)).isEmpty();
  }
}
