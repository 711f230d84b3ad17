package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.Workload;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalJobTest extends OnThisMachine {
  @Test
  void a_job_whose_image_is_not_there_is_not_started() {
    Workload absent =
        new Workload(
            "pipeforce-registry/nowhere", PullPolicy.ALWAYS, Map.of(), List.of(), List.of());

    assertThatThrownBy(() -> startJob("one", absent)).isInstanceOf(PlatformException.class);

    assertThat(platform().jobs()).isEmpty();
  }

  @Test
  void a_job_that_vanished_has_failed() throws Exception {
    startJob("one", workload("./stay.sh"));
    await().until(() -> output("one").contains("staying"));
    machine.kill();
    long pid = Long.parseLong(Files.readString(state.resolve("jobs/one/pid")).strip());
    ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> children = parent.descendants().toList();
    parent.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    parent.onExit().get();

    machine.start();

    JobStatus status = platform().job("one").orElseThrow();
    assertThat(status.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(status.why()).isPresent();
  }

  @Test
  void an_output_of_100_mb_is_kept_whole() throws Exception {
    startJob("much", workload("./much.sh"));
    platform().awaitJob("much", Duration.ofSeconds(60));

    assertThat(platform().jobLogs("much").orElseThrow().tail(1_000).left())
        .isEqualTo(104_857_600 + 9 - 1_000);
  }
}
