package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.Logs;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalPlatformTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String IMAGE = "pipeforce-registry/sample";

  @TempDir private static Path images;

  @TempDir private Path state;
  private LocalPlatform platform;
  private String broker = "amqp://guest:guest@127.0.0.1:5672/%2F";

  @BeforeAll
  static void makeImages() throws Exception {
    SampleImage.in(images)
        .label("health-port", "8090")
        .label("max-duration", "PT1S")
        .script("hello.sh", "echo \"hello $1 of $PIPEFORCE_SERVICE\"\n")
        .script("fail.sh", "echo something is wrong; exit 3\n")
        .script("stay.sh", "echo staying; exec sleep 600\n")
        .script("stubborn.sh", "trap 'echo no' TERM; echo here; while :; do sleep 0.1; done\n")
        .script(
            "note.sh",
            "echo more >> data/notes; cat data/notes; exec java -cp . "
                + SampleServer.class.getName()
                + "\n")
        .script(
            "talk.sh",
            "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); echo \"line $i of this long talk, which never seems to come to an end\"; done\n")
        .script("much.sh", "head -c 104857600 /dev/zero | tr '\\0' 'x'; echo; echo the end\n")
        .script(
            "greedy.sh",
            "exec java -Xmx300m -Xms300m -XX:+AlwaysPreTouch -cp . "
                + SampleServer.class.getName()
                + "\n")
        .keep(IMAGE);
    SampleImage.in(images)
        .label("memory", Integer.toString(100 << 20))
        .label("health-port", "8090")
        .script(
            "greedy.sh",
            "exec java -Xmx300m -Xms300m -XX:+AlwaysPreTouch -cp . "
                + SampleServer.class.getName()
                + "\n")
        .keep("pipeforce-registry/small");
  }

  @BeforeEach
  void start() {
    platform = LocalPlatform.in(machine(), SampleImage.store(images));
    platform.takeOver();
  }

  private Machine machine() {
    return new Machine(
        state,
        "local",
        broker,
        "pipeforce.topic.default",
        () -> URI.create("http://127.0.0.1:8080"),
        "a secret that nobody sees");
  }

  @AfterEach
  void stop() throws Exception {
    platform.suspend();
    platform.close();
  }

  /** As after the hub was killed: nothing is ended. */
  private void restart() {
    platform.close();
    start();
  }

  private static ServiceSpec service(String name, Map<String, String> env, String... command) {
    return new ServiceSpec(
        name,
        Optional.of(new Workload(IMAGE, PullPolicy.ALWAYS, env, List.of(command), List.of())),
        Optional.of(8090),
        Optional.of(name),
        1,
        List.of());
  }

  /** For one that is not to become ready. */
  private Thread startInBackground(ServiceSpec spec) {
    return Thread.startVirtualThread(() -> {
      try {
        startService(spec);
      } catch (Exception _) {
        // That it fails is what the test looks at.
      }
    });
  }

  private static JobSpec job(String name, String... command) {
    return new JobSpec(
        name, new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of(command), List.of()));
  }

  private ServiceStatus startService(ServiceSpec spec) throws Exception {
    return platform.startService(spec, Optional.empty());
  }

  private JobStatus startJob(JobSpec spec) throws Exception {
    return platform.startJob(spec, Optional.empty(), false, false);
  }

  private String ask(String service, String path) throws Exception {
    Backend.Instance instance = (Backend.Instance) platform.find(service + "-local");
    try (var _ = instance.lease()) {
      URI uri = URI.create("http://127.0.0.1:" + instance.address().getPort());
      return CLIENT
          .send(
              HttpRequest.newBuilder(uri.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private String output(String name) throws Exception {
    return platform.logs(name).orElseThrow().tail(1 << 20).text();
  }

  private InstanceStatus instance(String service) {
    return platform.service(service).orElseThrow().instances().getFirst();
  }

  @Test
  void a_service_is_ready_when_its_start_returns() throws Exception {
    ServiceStatus started = startService(service("shop", Map.of("COLOUR", "blue")));

    assertThat(started.state()).isEqualTo(ServiceStatus.State.RUNNING);
    assertThat(started.ready()).isEqualTo(1);
    assertThat(started.url()).contains("http://shop-local.localhost:8080");
    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("blue");
    assertThat(ask("shop", "/env/FROM_IMAGE")).isEqualTo("yes");
    assertThat(ask("shop", "/env/PIPEFORCE_SERVICE")).isEqualTo("shop");
    assertThat(ask("shop", "/env/PIPEFORCE_NAMESPACE")).isEqualTo("local");
    assertThat(ask("shop", "/env/PIPEFORCE_MESSAGE_BROKER")).startsWith("amqp://");
    assertThat(output("shop")).contains("serving");
  }

  @Test
  void starting_the_same_again_changes_nothing() throws Exception {
    startService(service("shop", Map.of()));
    String before = ask("shop", "/pid");

    startService(service("shop", Map.of()));

    assertThat(ask("shop", "/pid")).isEqualTo(before);
  }

  @Test
  void a_service_without_an_image_is_a_slot() throws Exception {
    ServiceStatus slot =
        startService(
            new ServiceSpec(
                "later", Optional.empty(), Optional.empty(), Optional.empty(), 1, List.of()));

    assertThat(slot.state()).isEqualTo(ServiceStatus.State.SLOT);
    assertThat(slot.instances()).isEmpty();
  }

  @Test
  void a_new_version_takes_over_without_a_lost_request() throws Exception {
    startService(service("shop", Map.of("COLOUR", "blue")));
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> asking =
        CompletableFuture.supplyAsync(() -> {
          int answers = 0;
          while (!done.get()) {
            try {
              assertThat(ask("shop", "/env/COLOUR")).isIn("blue", "red");
              answers++;
            } catch (Exception e) {
              throw new AssertionError("after " + answers + " answers", e);
            }
          }
          return answers;
        });

    startService(service("shop", Map.of("COLOUR", "red")));

    done.set(true);
    assertThat(asking.get()).isPositive();
    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("red");
    assertThat(platform.service("shop").orElseThrow().instances()).hasSize(1);
    assertThat(output("shop")).doesNotContain("refused");
  }

  @Test
  void a_new_version_that_does_not_start_leaves_the_one_before_and_says_why() throws Exception {
    startService(service("shop", Map.of("COLOUR", "blue")));

    assertThatThrownBy(() -> startService(service("shop", Map.of(), "./fail.sh")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("it ended with exit code 3")
        .hasMessageContaining("the version before serves")
        .hasMessageContaining("something is wrong");

    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("blue");
    assertThat(platform.service("shop").orElseThrow().state())
        .isEqualTo(ServiceStatus.State.FAILING);
  }

  @Test
  void a_service_that_crashes_is_started_again() throws Exception {
    startService(service("shop", Map.of()));
    String before = ask("shop", "/pid");

    assertThatThrownBy(() -> ask("shop", "/exit")).isInstanceOf(IOException.class);

    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> !ask("shop", "/pid").equals(before));
    assertThat(instance("shop").restarts()).isEqualTo(1);
    assertThat(output("shop")).contains("leaving");
  }

  @Test
  void replicas_take_turns() throws Exception {
    ServiceSpec one = service("shop", Map.of());
    startService(
        new ServiceSpec(one.name(), one.workload(), one.port(), one.ingress(), 2, List.of()));

    assertThat(List.of(ask("shop", "/pid"), ask("shop", "/pid"))).doesNotHaveDuplicates();

    startService(one);
    assertThat(platform.service("shop").orElseThrow().instances()).hasSize(1);
  }

  @Test
  void a_stopped_service_ends_in_order_and_its_log_stays() throws Exception {
    startService(service("shop", Map.of()));
    ProcessHandle process = ProcessHandle.of(Long.parseLong(ask("shop", "/pid"))).orElseThrow();

    platform.stopService("shop", false);

    assertThat(process.isAlive()).isFalse();
    assertThat(platform.service("shop")).isEmpty();
    assertThat(output("shop")).contains("stopping in order");
    assertThatThrownBy(() -> platform.stopService("shop", false))
        .hasMessage("there is no service shop");
  }

  @Test
  void a_service_that_does_not_heed_the_signal_is_killed() throws Exception {
    ServiceSpec spec =
        new ServiceSpec(
            "mule",
            service("mule", Map.of(), "./stubborn.sh").workload(),
            Optional.empty(),
            Optional.empty(),
            1,
            List.of());
    Thread starting = startInBackground(spec);
    await().until(() -> platform.logs("mule").isPresent() && output("mule").contains("here"));

    platform.stopService("mule", false);

    assertThat(platform.service("mule")).isEmpty();
    starting.join();
    assertThat(output("mule")).contains("no");
  }

  @Test
  void a_service_that_takes_too_much_memory_is_killed_and_told_why() throws Exception {
    Workload greedy =
        new Workload(
            "pipeforce-registry/small",
            PullPolicy.ALWAYS,
            Map.of(),
            List.of("./greedy.sh"),
            List.of());
    ServiceSpec spec =
        new ServiceSpec(
            "greedy", Optional.of(greedy), Optional.of(8090), Optional.empty(), 1, List.of());
    startInBackground(spec);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            platform.service("greedy").isPresent()
                && platform.service("greedy").get().instances().stream()
                    .anyMatch(
                        each -> each.why().orElse("").contains("may take 100, so it was killed")));
  }

  @Test
  void volumes_outlive_a_service_unless_they_are_deleted() throws Exception {
    ServiceSpec one = service("notes", Map.of(), "./note.sh");
    ServiceSpec spec =
        new ServiceSpec(
            one.name(), one.workload(), one.port(), one.ingress(), 1, List.of("/app/data"));
    startService(spec);
    platform.stopService("notes", false);
    startService(spec);
    assertThat(output("notes").lines().filter("more"::equals)).hasSize(2);

    platform.stopService("notes", true);

    assertThat(state.resolve("volumes").resolve("notes")).doesNotExist();
  }

  @Test
  void services_outlive_the_hub_and_are_found_again() throws Exception {
    startService(service("shop", Map.of()));
    String before = ask("shop", "/pid");

    restart();

    await().until(() -> instance("shop").state() == InstanceStatus.State.READY);
    assertThat(ask("shop", "/pid")).isEqualTo(before);
    assertThat(instance("shop").restarts()).isZero();
  }

  @Test
  void instances_that_know_another_broker_are_replaced_by_ones_that_know_this() throws Exception {
    startService(service("shop", Map.of()));
    platform.close();
    broker = "amqp://guest:guest@127.0.0.1:5673/%2F";

    start();

    await()
        .ignoreExceptions()
        .until(() -> ask("shop", "/env/PIPEFORCE_MESSAGE_BROKER").equals(broker));
    await().until(() -> platform.service("shop").orElseThrow().instances().size() == 1);
  }

  @Test
  void a_service_that_ended_while_no_hub_was_there_is_started_again() throws Exception {
    startService(service("shop", Map.of()));
    ProcessHandle process = ProcessHandle.of(Long.parseLong(ask("shop", "/pid"))).orElseThrow();
    platform.close();
    process.destroyForcibly();
    process.onExit().get();

    start();

    await().until(() -> instance("shop").state() == InstanceStatus.State.READY);
    assertThat(instance("shop").restarts()).isEqualTo(1);
  }

  @Test
  void what_belongs_to_no_service_is_ended() throws Exception {
    startService(service("shop", Map.of()));
    ProcessHandle process = ProcessHandle.of(Long.parseLong(ask("shop", "/pid"))).orElseThrow();
    platform.close();
    // As if the hub had been killed while it stopped the service.
    Files.delete(state.resolve("services").resolve("shop.json"));

    start();

    assertThat(process.isAlive()).isFalse();
    assertThat(platform.services()).isEmpty();
    assertThat(state.resolve("instances").resolve("shop")).doesNotExist();
  }

  @Test
  void two_hubs_cannot_share_their_state() {
    assertThatThrownBy(() -> LocalPlatform.in(machine(), SampleImage.store(images)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("another hub works on");
  }

  @Test
  void an_ingress_belongs_to_one_service() throws Exception {
    startService(service("shop", Map.of()));
    ServiceSpec other = service("other", Map.of());

    assertThatThrownBy(() ->
            startService(
                new ServiceSpec(
                    "other", other.workload(), other.port(), Optional.of("shop"), 1, List.of())))
        .hasMessageContaining("the ingress shop is that of service shop already");
  }

  @Test
  void an_image_that_is_not_there_is_told_with_the_remedy() {
    assertThatThrownBy(() ->
            startJob(
                new JobSpec(
                    "x",
                    new Workload(
                        "pipeforce-registry/nowhere",
                        PullPolicy.ALWAYS,
                        Map.of(),
                        List.of(),
                        List.of()))))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("pi image build");
  }

  @Test
  void nothing_that_is_told_of_a_service_has_the_values_of_its_variables() throws Exception {
    ServiceStatus status = startService(service("shop", Map.of("TOKEN", "open-sesame")));

    assertThat(status.toString()).doesNotContain("open-sesame");
    assertThat(machine().toString()).doesNotContain("nobody sees");
  }

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

  @Test
  void a_log_that_is_followed_misses_no_line_when_it_is_rotated() throws Exception {
    ServiceSpec spec =
        new ServiceSpec(
            "talker",
            Optional.of(
                new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of("./talk.sh"), List.of())),
            Optional.empty(),
            Optional.empty(),
            1,
            List.of());
    startInBackground(spec);
    await().until(() -> platform.logs("talker").isPresent());
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    Thread follower =
        Thread.startVirtualThread(() -> {
          try {
            platform.logs("talker").orElseThrow().copyTo(followed, true);
          } catch (IOException e) {
            throw new AssertionError(e);
          } catch (InterruptedException _) {
            // Enough.
          }
        });

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> followed.toString(StandardCharsets.UTF_8).contains("line 200000 "));
    follower.interrupt();

    List<String> lines = followed.toString(StandardCharsets.UTF_8).lines().limit(200_000).toList();
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith("line " + (i + 1) + " of");
    }
    assertThat(state.resolve("logs/talker"))
        .isDirectoryContaining(file -> file.toString().endsWith(".log.1"));
  }
}
