package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.Workload;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalJobTest extends OnThisMachine {
  @Test
  void a_job_runs_once_and_its_output_and_code_are_kept() throws Exception {
    startJob(job("one", "./hello.sh there"));

    JobStatus ended = platform.awaitJob("one", Duration.ofSeconds(30));

    assertThat(ended.state()).isEqualTo(JobStatus.State.SUCCEEDED);
    assertThat(ended.exitCode()).contains(0);
    assertThat(output("one")).isEqualTo("hello there of one\n");
  }

  @Test
  void a_job_that_fails_tells_its_code() throws Exception {
    startJob(job("one", "./fail.sh"));

    JobStatus ended = platform.awaitJob("one", Duration.ofSeconds(30));

    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.exitCode()).contains(3);
  }

  @Test
  void a_job_that_takes_too_long_is_ended_and_told_why() throws Exception {
    Workload brief =
        new Workload(
            "pipeforce-registry/brief",
            PullPolicy.ALWAYS,
            Map.of(),
            List.of("./stay.sh"),
            List.of());
    startJob(new JobSpec("one", brief));

    JobStatus ended = platform.awaitJob("one", Duration.ofSeconds(30));

    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.why()).hasValueSatisfying(why -> assertThat(why).contains("longer than PT1S"));
  }

  @Test
  void no_two_jobs_have_the_same_name_unless_one_replaces_the_other() throws Exception {
    startJob(job("one", "./stay.sh"));

    assertThatThrownBy(() -> startJob(job("one", "./hello.sh")))
        .hasMessageContaining("there is a job one already (running)");

    platform.startJob(job("one", "./hello.sh", "again"), Optional.empty(), true, false);
    platform.awaitJob("one", Duration.ofSeconds(30));
    assertThat(output("one")).isEqualTo("hello again of one\n");
  }

  @Test
  void while_a_job_is_waited_for_no_other_starts() throws Exception {
    platform.startJob(job("first", "./stay.sh"), Optional.empty(), false, true);

    assertThatThrownBy(() -> startJob(job("second", "./hello.sh")))
        .hasMessageContaining("the job first is being waited for");

    assertThat(platform.stopJob("first").state()).isEqualTo(JobStatus.State.STOPPED);
    startJob(job("second", "./hello.sh"));
  }

  @Test
  void a_job_goes_on_without_the_hub_and_its_end_is_known_afterwards() throws Exception {
    startJob(job("one", "./stay.sh"));
    startJob(job("two", "./fail.sh"));
    await().until(() -> output("one").contains("staying"));
    platform.close();
    await().until(() -> Files.exists(state.resolve("jobs/two/exit")));

    start();

    assertThat(platform.job("one").orElseThrow().state()).isEqualTo(JobStatus.State.RUNNING);
    assertThat(platform.job("two").orElseThrow().exitCode()).contains(3);
    assertThat(output("two")).isEqualTo("something is wrong\n");
    assertThat(platform.stopJob("one").state()).isEqualTo(JobStatus.State.STOPPED);
  }

  @Test
  void a_job_that_vanished_has_failed() throws Exception {
    startJob(job("one", "./stay.sh"));
    await().until(() -> output("one").contains("staying"));
    platform.close();
    long pid = Long.parseLong(Files.readString(state.resolve("jobs/one/pid")).strip());
    ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> children = parent.descendants().toList();
    parent.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    parent.onExit().get();

    start();

    JobStatus status = platform.job("one").orElseThrow();
    assertThat(status.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(status.why()).isPresent();
  }

  @Test
  void an_output_of_100_mb_is_kept_whole_and_its_end_is_read_without_the_rest() throws Exception {
    startJob(job("much", "./much.sh"));
    platform.awaitJob("much", Duration.ofSeconds(60));

    Logs.Tail tail = platform.jobLogs("much").orElseThrow().tail(1_000);

    assertThat(tail.text()).hasSize(1_000).endsWith("\nthe end\n");
    assertThat(tail.left()).isEqualTo(104_857_600 + 9 - 1_000);
  }
}
