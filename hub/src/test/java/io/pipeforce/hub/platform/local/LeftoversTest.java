package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing runs that nobody looks after, and what was stopped stays so. */
@Timeout(60)
class LeftoversTest {
  private static final String IMAGE = "pipeforce-registry/leftovers";

  @TempDir private static Path images;

  @TempDir private Path state;
  private LocalPlatform platform;

  @BeforeAll
  static void makeImage() throws Exception {
    SampleImage.in(images)
        .label("max-duration", "PT1S")
        .script("stubborn.sh", "trap 'echo no' TERM; echo here; while :; do sleep 0.1; done\n")
        .script("mark.sh", "echo $VERSION >> $MARK; exec sleep 600\n")
        .script("stay.sh", "echo staying; exec sleep 600\n")
        .keep(IMAGE);
  }

  @BeforeEach
  void start() {
    platform = LocalPlatform.in(machine(), SampleImage.store(images), AtClose.LEAVE);
  }

  private Machine machine() {
    return new Machine(
        state,
        new Surroundings(
            "local",
            "amqp://guest:guest@127.0.0.1:5672/%2F",
            URI.create("http://127.0.0.1:15672"),
            "pipeforce.topic.default",
            () -> URI.create("http://127.0.0.1:8080"),
            "a secret that nobody sees"));
  }

  @AfterEach
  void stop() throws Exception {
    platform.suspend();
    platform.close();
  }

  private static ServiceSpec service(String name, String... command) {
    return new ServiceSpec(
        name,
        Optional.of(new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of(command), List.of())),
        Optional.empty(),
        Optional.empty(),
        1,
        List.of());
  }

  private JobStatus startJob(String name, String... command) throws Exception {
    JobSpec spec =
        new JobSpec(
            name, new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of(command), List.of()));
    return platform.startJob(spec, Optional.empty(), false, false);
  }

  /** How many processes have this among their arguments. */
  private static long processes(String argument) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .filter(arguments -> List.of(arguments).contains(argument))
                .isPresent())
        .count();
  }

  @Test
  void a_line_for_the_shell_is_stopped_with_all_that_it_started() throws Exception {
    platform.takeOver();
    startJob("line", "sleep 61234; true");
    await().until(() -> processes("61234") == 1);

    platform.stopJob("line");

    await().atMost(Duration.ofSeconds(5)).until(() -> processes("61234") == 0);
  }

  @Test
  void nothing_goes_on_when_the_process_that_looks_after_it_is_killed() throws Exception {
    platform.takeOver();
    startJob("orphan", "exec sleep 61235");
    await().until(() -> processes("61235") == 1);
    Child parent = Child.find(machine().jobs().resolve("orphan")).orElseThrow();

    ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly();

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> platform.job("orphan").orElseThrow().state() == JobStatus.State.FAILED);
    await().atMost(Duration.ofSeconds(5)).until(() -> processes("61235") == 0);
  }

  @Test
  void the_process_of_another_folder_is_not_taken_for_that_of_this_one() throws Exception {
    platform.takeOver();
    startJob("run10", "exec sleep 61236");
    Path of = machine().jobs().resolve("run10");
    await().until(() -> Child.find(of).isPresent());
    Path other = Files.createDirectory(machine().jobs().resolve("run1"));
    Files.copy(of.resolve("pid"), other.resolve("pid"));

    assertThat(Child.find(other)).isEmpty();
  }

  @Test
  void a_service_that_is_started_while_it_is_being_stopped_does_not_come_back_with_the_next_hub()
      throws Exception {
    platform.takeOver();
    platform.startService(service("shop", "./stubborn.sh"), Optional.empty());
    CompletableFuture<Void> stopping =
        CompletableFuture.runAsync(() -> {
          try {
            platform.stopService("shop", false);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    await().until(() -> !Files.exists(machine().services().resolve("shop.json")));

    assertThatThrownBy(() -> platform.startService(service("shop", "./stay.sh"), Optional.empty()))
        .isInstanceOf(PlatformException.class);
    stopping.join();

    assertThat(machine().services().resolve("shop.json")).doesNotExist();
  }

  @Test
  void a_service_that_is_started_before_all_is_taken_over_is_kept_once() throws Exception {
    platform.startService(service("shop", "./stay.sh"), Optional.empty());
    platform.takeOver();

    platform.stopService("shop", false);

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> running("shop") == 0);
  }

  @Test
  void what_is_not_wanted_any_more_is_not_started_again_by_the_next_hub() throws Exception {
    platform.takeOver();
    Path mark = state.resolve("mark");
    platform.startService(marking(mark, "1"), Optional.empty());
    await().until(() -> Files.exists(mark) && Files.readString(mark).equals("1\n"));
    String id = platform.service("shop").orElseThrow().instances().getFirst().id();

    // The hub is killed when it has noted the new version, and the old one dies meanwhile.
    platform.close();
    Child.find(machine().instances("shop").resolve(id)).orElseThrow().killAndWait();
    Version old = machine().serviceFile("shop").read().orElseThrow();
    machine()
        .serviceFile("shop")
        .write(new Version(old.number() + 1, marking(mark, "2"), old.image()));
    start();
    platform.takeOver();

    await().until(() -> Files.readString(mark).endsWith("2\n"));
    assertThat(Files.readString(mark)).isEqualTo("1\n2\n");
  }

  private static ServiceSpec marking(Path mark, String version) {
    Map<String, String> env = Map.of("MARK", mark.toString(), "VERSION", version);
    return new ServiceSpec(
        "shop",
        Optional.of(new Workload(IMAGE, PullPolicy.ALWAYS, env, List.of("./mark.sh"), List.of())),
        Optional.empty(),
        Optional.empty(),
        1,
        List.of());
  }

  private long running(String service) {
    String folder = machine().instances(service).toString();
    return ProcessHandle.allProcesses()
        .filter(process ->
            process.info().commandLine().filter(line -> line.contains(folder + "/")).isPresent())
        .count();
  }
}
