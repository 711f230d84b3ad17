package io.pipeforce.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every platform does with jobs. */
public abstract class JobContract extends PlatformContract {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void a_job_runs_once_and_its_output_and_code_are_kept() throws Exception {
    JobStatus ended = run(job("one", "./hello.sh there"));

    assertThat(ended.state()).isEqualTo(JobStatus.State.SUCCEEDED);
    assertThat(ended.exitCode()).contains(0);
    assertThat(ended.image()).isEqualTo(tested().image(ContractImages.SAMPLE));
    assertThat(ended.ended())
        .hasValueSatisfying(
            at -> assertThat(at).isBetween(ended.started(), Instant.now().plusSeconds(1)));
    assertThat(output("one")).isEqualTo("hello there of one\n");
    assertThat(platform().job("one")).contains(ended);
  }

  @Test
  void a_job_knows_who_it_is_and_whom_it_may_call() throws Exception {
    run(job("one", "env | grep -E '^(PIPEFORCE_|FROM_IMAGE)'; pwd"));

    assertThat(output("one"))
        .contains("PIPEFORCE_SERVICE=one\n")
        .contains("PIPEFORCE_NAMESPACE=" + tested().namespace() + "\n")
        .contains("PIPEFORCE_MESSAGE_BROKER=amqp://")
        .contains("PIPEFORCE_MESSAGING_DEFAULT_TOPIC=")
        .contains("PIPEFORCE_HUB_URL=http://")
        .contains("PIPEFORCE_SECRET=Apitoken ")
        .contains("FROM_IMAGE=yes\n")
        .endsWith("/app\n");
  }

  /** As tests do, which write their reports. */
  @Test
  void a_job_may_write_beside_its_files_and_to_tmp() throws Exception {
    JobStatus ended =
        run(
            job(
                "one",
                "mkdir target && echo 1 > target/report && rm $(mktemp) && cat target/report"));

    assertThat(output("one")).isEqualTo("1\n");
    assertThat(ended.state()).isEqualTo(JobStatus.State.SUCCEEDED);
  }

  @Test
  void a_job_that_fails_tells_its_code() throws Exception {
    JobStatus ended = run(job("one", "./fail.sh"));

    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.exitCode()).contains(3);
    assertThat(output("one")).isEqualTo("something is wrong\n");
  }

  @Test
  void the_output_of_a_job_that_ends_at_once_is_complete() throws Exception {
    for (int i = 1; i <= 20; i++) {
      String name = "quick-" + i;
      run(job(name, "./hello.sh", "at once"));

      assertThat(output(name)).isEqualTo("hello at once of " + name + "\n");
    }
  }

  @Test
  void a_job_is_waited_for_no_longer_than_told() throws Exception {
    startJob(job("one", "./stay.sh"));

    JobStatus running = platform().awaitJob("one", Duration.ofMillis(100));

    assertThat(running.state()).isEqualTo(JobStatus.State.RUNNING);
    assertThat(running.exitCode()).isEmpty();
    assertThat(running.ended()).isEmpty();
  }

  @Test
  void a_job_that_takes_too_long_is_ended_and_told_why() throws Exception {
    JobStatus ended =
        run(new JobSpec("one", workload(ContractImages.BRIEF, Map.of(), "./stay.sh")));

    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.why())
        .hasValueSatisfying(why ->
            assertThat(why).contains("longer than PT1S").contains("io.pipeforce.max-job-duration"));
  }

  @Test
  void a_job_that_takes_too_much_memory_is_killed_and_told_why() throws Exception {
    JobStatus ended =
        run(
            new JobSpec(
                "greedy", workload(ContractImages.SMALL, Map.of("PORT", "0"), "./greedy.sh")));

    assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
    assertThat(ended.why())
        .hasValueSatisfying(
            why -> assertThat(why).contains("may take 100").contains("io.pipeforce.memory"));
  }

  @Test
  void a_job_that_is_stopped_says_so_and_one_that_has_ended_stays_as_it_is() throws Exception {
    startJob(job("one", "./stay.sh"));
    within(SOON).until(() -> output("one").contains("staying"));

    JobStatus stopped = platform().stopJob("one");

    assertThat(stopped.state()).isEqualTo(JobStatus.State.STOPPED);
    assertThat(stopped.ended()).isPresent();
    assertThat(output("one")).startsWith("staying\n");
    assertThat(platform().stopJob("one")).isEqualTo(stopped);
    assertThat(run(job("two", "./fail.sh"))).isEqualTo(platform().stopJob("two"));
  }

  @Test
  void no_two_jobs_have_the_same_name_unless_one_replaces_the_other() throws Exception {
    startJob(job("one", "./stay.sh"));

    assertThatThrownBy(() -> startJob(job("one", "./hello.sh")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("there is a job one already (running)");

    platform().startJob(job("one", "./hello.sh", "again"), Optional.empty(), true, false);
    assertThat(end("one").state()).isEqualTo(JobStatus.State.SUCCEEDED);
    assertThat(output("one")).isEqualTo("hello again of one\n");
    assertThat(platform().jobs()).hasSize(1);

    assertThatThrownBy(() -> startJob(job("one", "./hello.sh")))
        .hasMessageContaining("there is a job one already (succeeded)");
  }

  @Test
  void while_a_job_is_waited_for_no_other_starts() throws Exception {
    platform().startJob(job("first", "./stay.sh"), Optional.empty(), false, true);

    assertThatThrownBy(() -> startJob(job("second", "./hello.sh")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("the job first is being waited for");

    assertThat(platform().stopJob("first").state()).isEqualTo(JobStatus.State.STOPPED);
    startJob(job("second", "./hello.sh"));
  }

  @Test
  void a_job_goes_on_without_the_hub_and_its_end_is_known_afterwards() throws Exception {
    startJob(job("one", "./stay.sh"));
    startJob(job("two", "./fail.sh"));
    within(SOON).until(() -> output("one").contains("staying"));
    tested().kill();
    tested().awaitEndWithoutHub("two");

    tested().start();

    assertThat(platform().job("one").orElseThrow().state()).isEqualTo(JobStatus.State.RUNNING);
    assertThat(platform().job("two").orElseThrow().exitCode()).contains(3);
    assertThat(output("two")).isEqualTo("something is wrong\n");
    assertThat(platform().stopJob("one").state()).isEqualTo(JobStatus.State.STOPPED);

    tested().restart();

    assertThat(platform().job("one").orElseThrow().state()).isEqualTo(JobStatus.State.STOPPED);
  }

  @Test
  void jobs_are_told_in_the_order_of_their_starts() throws Exception {
    for (String name : new String[] {"zebra", "ape", "mouse"}) {
      run(job(name, "./hello.sh"));
    }

    assertThat(platform().jobs())
        .extracting(JobStatus::name)
        .containsExactly("zebra", "ape", "mouse");
  }

  @Test
  void what_is_unknown_is_told_with_what_there_is() throws Exception {
    run(job("one", "./hello.sh"));

    assertThatThrownBy(() -> platform().stopJob("two"))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no job two (there are: one)");
    assertThatThrownBy(() -> platform().awaitJob("two", SOON))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no job two (there are: one)");
    assertThat(platform().job("two")).isEmpty();
    assertThat(platform().jobLogs("two")).isEmpty();
  }

  /** At once, or as soon as it is known. */
  @Test
  void an_image_that_is_not_there_is_told_with_the_remedy() {
    assertThatThrownBy(
            () -> {
              JobStatus ended = run(new JobSpec("one", workload("nowhere", Map.of())));
              assertThat(ended.state()).isEqualTo(JobStatus.State.FAILED);
              throw new PlatformException(ended.why().orElse(""));
            })
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(tested().image("nowhere"))
        .hasMessageContaining(tested().remedyForAbsentImage());
  }

  @Test
  void nothing_that_is_told_of_a_job_has_the_values_of_its_variables() throws Exception {
    JobSpec spec =
        new JobSpec(
            "one",
            workload(ContractImages.SAMPLE, Map.of("TOKEN", "open-sesame"), "test -n \"$TOKEN\""));

    JobStatus ended = run(spec);

    assertThat(ended.state()).isEqualTo(JobStatus.State.SUCCEEDED);
    assertThat(platform().jobs().toString()).doesNotContain("open-sesame");
  }

  @Test
  void a_log_that_is_followed_ends_with_its_job() throws Exception {
    startJob(job("one", "echo begun; sleep 1; echo done"));
    try (FollowedLog log = FollowedLog.of(platform().jobLogs("one").orElseThrow())) {
      within(SOON).until(log::hasEnded);

      assertThat(log.text()).isEqualTo("begun\ndone\n");
    }
  }

  /** A platform may keep less than all of it. */
  @Test
  void the_end_of_an_output_of_100_mb_is_exact() throws Exception {
    run(job("much", "./much.sh"));

    Logs.Tail tail = platform().jobLogs("much").orElseThrow().tail(1_000);

    assertThat(tail.text()).hasSize(1_000).endsWith("\nthe end\n");
    assertThat(tail.left()).isPositive();
  }
}
