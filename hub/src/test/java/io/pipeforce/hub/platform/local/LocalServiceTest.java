package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LocalServiceTest extends OnThisMachine {
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

  /** As when its broker is away: it will serve again, and a new version may never. */
  @Test
  void an_instance_that_is_not_ready_any_more_is_not_given_up_for_one_that_never_was()
      throws Exception {
    startService(service("shop", Map.of()));
    String before = instance("shop").id();
    ask("shop", "/sick");
    await().until(() -> instance("shop").state() == InstanceStatus.State.STARTING);

    assertThatThrownBy(() -> startService(service("shop", Map.of(), "./fail.sh")))
        .hasMessageContaining("it ended with exit code 3");

    assertThat(platform.service("shop").orElseThrow().instances())
        .extracting(InstanceStatus::id)
        .contains(before);
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
    assertThatThrownBy(() -> LocalPlatform.in(machine(), SampleImage.store(images), AtClose.LEAVE))
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
