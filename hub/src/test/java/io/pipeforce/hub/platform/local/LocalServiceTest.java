package io.pipeforce.hub.platform.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalServiceTest extends OnThisMachine {
  @Test
  void replicas_take_turns() throws Exception {
    startService(service("shop", 2));

    assertThat(List.of(ask("shop", "/id"), ask("shop", "/id"))).doesNotHaveDuplicates();
  }

  @Test
  void nothing_of_a_stopped_service_runs_any_more() throws Exception {
    startService(service("shop", 1));
    ProcessHandle process = process("shop");

    platform().stopService("shop", false);

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void nothing_of_a_volume_that_is_deleted_is_left() throws Exception {
    ServiceSpec spec = service("shop", 1);
    startService(
        new ServiceSpec(
            "shop", spec.workload(), spec.port(), spec.ingress(), 1, List.of("/app/data")));
    assertThat(state.resolve("volumes").resolve("shop")).exists();

    platform().stopService("shop", true);

    assertThat(state.resolve("volumes").resolve("shop")).doesNotExist();
  }

  @Test
  void instances_that_know_another_broker_are_replaced_by_ones_that_know_this() throws Exception {
    startService(service("shop", 1));
    String other = "amqp://guest:guest@127.0.0.1:5673/%2F";
    machine.broker(other);

    machine.restart();

    await()
        .ignoreExceptions()
        .until(() -> ask("shop", "/env/PIPEFORCE_MESSAGE_BROKER").equals(other));
    await().until(() -> platform().service("shop").orElseThrow().instances().size() == 1);
  }

  @Test
  void a_service_that_ended_while_no_hub_was_there_is_started_again() throws Exception {
    startService(service("shop", 1));
    ProcessHandle process = process("shop");
    machine.kill();
    process.destroyForcibly();
    process.onExit().get();

    machine.start();

    await().until(() -> instance("shop").state() == InstanceStatus.State.READY);
    assertThat(instance("shop").restarts()).isEqualTo(1);
  }

  @Test
  void what_belongs_to_no_service_is_ended() throws Exception {
    startService(service("shop", 1));
    ProcessHandle process = process("shop");
    machine.kill();
    // As if the hub had been killed while it stopped the service.
    Files.delete(state.resolve("services").resolve("shop.json"));

    machine.start();

    assertThat(process.isAlive()).isFalse();
    assertThat(platform().services()).isEmpty();
    assertThat(state.resolve("instances").resolve("shop")).doesNotExist();
  }

  @Test
  void two_hubs_cannot_share_their_state() {
    assertThatThrownBy(
            () -> LocalPlatform.in(machine.machine(), SampleImage.store(images), AtClose.LEAVE))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("another hub works on");
  }

  @Test
  void nothing_that_is_told_of_the_machine_has_its_secret() {
    assertThat(machine.machine().toString()).doesNotContain("nobody sees");
  }

  @Test
  void a_log_that_is_followed_misses_no_line_when_it_is_rotated() throws Exception {
    ServiceSpec spec =
        new ServiceSpec(
            "talker",
            Optional.of(workload("./talk.sh", "200000")),
            Optional.empty(),
            Optional.empty(),
            1,
            List.of());
    Thread.startVirtualThread(() -> {
      try {
        startService(spec);
      } catch (Exception _) {
        // It never becomes ready.
      }
    });
    await().until(() -> platform().logs("talker").isPresent());
    ByteArrayOutputStream followed = new ByteArrayOutputStream();
    Thread follower =
        Thread.startVirtualThread(() -> {
          try {
            platform().logs("talker").orElseThrow().copyTo(followed, true);
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
