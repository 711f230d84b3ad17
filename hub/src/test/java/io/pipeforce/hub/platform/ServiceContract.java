package io.pipeforce.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every platform does with services. */
public abstract class ServiceContract extends PlatformContract {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void a_service_is_ready_when_its_start_returns() throws Exception {
    ServiceStatus started = serve(service("shop", Map.of("COLOUR", "blue")));

    assertThat(started.state()).isEqualTo(ServiceStatus.State.RUNNING);
    assertThat(started.ready()).isEqualTo(1);
    assertThat(started.digest())
        .hasValueSatisfying(digest -> assertThat(digest).startsWith("sha256:"));
    assertThat(started.url()).contains(tested().url("shop"));
    assertThat(platform().services())
        .extracting(each -> each.spec().name())
        .containsExactly("shop");
    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("blue");
    assertThat(output("shop")).contains("serving");
  }

  @Test
  void a_service_knows_who_it_is_and_whom_it_may_call() throws Exception {
    serve(service("shop", Map.of("DATA", "/tmp/elsewhere")));

    assertThat(ask("shop", "/env/FROM_IMAGE")).isEqualTo("yes");
    assertThat(ask("shop", "/env/DATA")).isEqualTo("/tmp/elsewhere");
    assertThat(ask("shop", "/env/PIPEFORCE_SERVICE")).isEqualTo("shop");
    assertThat(ask("shop", "/env/PIPEFORCE_NAMESPACE")).isEqualTo(tested().namespace());
    assertThat(ask("shop", "/env/PIPEFORCE_MESSAGE_BROKER")).startsWith("amqp://");
    assertThat(ask("shop", "/env/PIPEFORCE_MESSAGING_DEFAULT_TOPIC")).isNotEqualTo("null");
    assertThat(ask("shop", "/env/PIPEFORCE_HUB_URL")).startsWith("http://");
    assertThat(ask("shop", "/env/PIPEFORCE_SECRET")).startsWith("Apitoken ");
  }

  @Test
  void starting_the_same_again_changes_nothing() throws Exception {
    serve(service("shop", Map.of()));
    String before = ask("shop", "/id");

    startService(service("shop", Map.of()));

    assertThat(ask("shop", "/id")).isEqualTo(before);
    assertThat(instances("shop")).hasSize(1);
  }

  @Test
  void a_service_without_an_image_is_a_slot() throws Exception {
    ServiceStatus slot =
        startService(
            new ServiceSpec(
                "later", Optional.empty(), Optional.empty(), Optional.empty(), 1, List.of()));

    assertThat(slot.state()).isEqualTo(ServiceStatus.State.SLOT);
    assertThat(slot.instances()).isEmpty();
    assertThat(platform().service("later")).contains(slot);

    serve(service("later", Map.of()));
    assertThat(ask("later", "/env/PIPEFORCE_SERVICE")).isEqualTo("later");
  }

  @Test
  void a_new_version_takes_over_without_a_lost_request() throws Exception {
    serve(service("shop", Map.of("COLOUR", "blue")));
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

    settled(() -> assertThat(instances("shop")).hasSize(1));
    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("red");
    done.set(true);
    assertThat(asking.get()).isPositive();
    assertThat(output("shop")).doesNotContain("refused");
  }

  @Test
  void a_new_version_that_does_not_start_leaves_the_one_before_and_says_why() throws Exception {
    serve(service("shop", Map.of("COLOUR", "blue")));

    assertThatThrownBy(() -> startService(service("shop", Map.of(), "./fail.sh")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("service shop does not start: it ended with exit code 3")
        .hasMessageContaining("the version before serves")
        .hasMessageContaining("something is wrong");

    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("blue");
    settled(() ->
        assertThat(platform().service("shop").orElseThrow().state())
            .isEqualTo(ServiceStatus.State.FAILING));
  }

  @Test
  void a_service_that_did_not_start_is_started_in_another_version() throws Exception {
    assertThatThrownBy(() -> startService(service("shop", Map.of(), "./fail.sh")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("it ended with exit code 3")
        .hasMessageNotContaining("the version before serves");

    serve(service("shop", Map.of("COLOUR", "red")));

    settled(() -> assertThat(instances("shop")).hasSize(1));
    assertThat(ask("shop", "/env/COLOUR")).isEqualTo("red");
  }

  /** As when its broker is away: it will serve again, and a new version may never. */
  @Test
  void an_instance_that_is_not_ready_any_more_is_not_given_up_for_one_that_never_was()
      throws Exception {
    serve(service("shop", Map.of()));
    String before = instance("shop").id();
    ask("shop", "/sick");
    within(SOON).until(() -> instance("shop").state() == InstanceStatus.State.STARTING);

    assertThatThrownBy(() -> startService(service("shop", Map.of(), "./fail.sh")))
        .hasMessageContaining("it ended with exit code 3");

    assertThat(instances("shop")).extracting(InstanceStatus::id).contains(before);
  }

  @Test
  void a_service_that_crashes_is_started_again() throws Exception {
    serve(service("shop", Map.of()));
    String before = ask("shop", "/id");

    assertThatThrownBy(() -> ask("shop", "/exit")).isInstanceOf(IOException.class);

    within(SOON).ignoreExceptions().until(() -> !ask("shop", "/id").equals(before));
    settled(() -> assertThat(instance("shop").restarts()).isEqualTo(1));
    assertThat(output("shop")).contains("leaving");
  }

  @Test
  void replicas_share_the_requests_and_are_as_many_as_are_wanted() throws Exception {
    ServiceSpec one = service("shop", Map.of());
    ServiceStatus two = serve(withReplicas(one, 2));

    assertThat(two.ready()).isEqualTo(2);
    Set<String> askedFor = new HashSet<>();
    within(SOON)
        .until(() -> {
          askedFor.add(ask("shop", "/id"));
          return askedFor.size() == 2;
        });

    startService(one);
    settled(() -> assertThat(instances("shop")).hasSize(1));
    assertThat(ask("shop", "/id")).isIn(askedFor);

    ServiceStatus none = startService(withReplicas(one, 0));
    assertThat(none.ready()).isZero();
    settled(() -> assertThat(instances("shop")).isEmpty());
  }

  @Test
  void a_stopped_service_ends_in_order() throws Exception {
    startService(service("shop", Map.of()));
    try (FollowedLog log = FollowedLog.of(platform().logs("shop").orElseThrow())) {
      within(SOON).until(() -> log.text().contains("serving"));

      platform().stopService("shop", false);

      assertThat(platform().service("shop")).isEmpty();
      assertThat(platform().services()).isEmpty();
      assertThatThrownBy(() -> ask("shop", "/id")).isInstanceOf(IOException.class);
      within(SOON).until(log::hasEnded);
      assertThat(log.text()).contains("stopping in order");
    }
    if (tested().keepsLogsOfStopped()) {
      assertThat(output("shop")).contains("stopping in order");
    } else {
      assertThat(platform().logs("shop")).isEmpty();
    }
    assertThatThrownBy(() -> platform().stopService("shop", false))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no service shop");
  }

  @Test
  void what_is_unknown_is_told_with_what_there_is() throws Exception {
    startService(service("shop", Map.of()));

    assertThatThrownBy(() -> platform().stopService("shoe", false))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no service shoe (there are: shop)");
    assertThat(platform().service("shoe")).isEmpty();
    assertThat(platform().logs("shoe")).isEmpty();
  }

  @Test
  void a_service_that_does_not_heed_the_signal_is_killed() throws Exception {
    Thread starting = startInBackground(silent("mule", "./stubborn.sh"));
    within(SOON)
        .until(() -> platform().logs("mule").isPresent() && output("mule").contains("here"));

    try (FollowedLog log = FollowedLog.of(platform().logs("mule").orElseThrow())) {
      within(SOON).until(() -> log.text().contains("here"));
      platform().stopService("mule", false);

      assertThat(platform().service("mule")).isEmpty();
      within(SOON).until(log::hasEnded);
      assertThat(log.text()).contains("no");
    }
    starting.join();
  }

  @Test
  void a_service_that_takes_too_much_memory_is_killed_and_told_why() throws Exception {
    ServiceSpec spec =
        new ServiceSpec(
            "greedy",
            Optional.of(workload(ContractImages.SMALL, Map.of(), "./greedy.sh")),
            Optional.of(8090),
            Optional.empty(),
            1,
            List.of());
    startInBackground(spec);

    within(SOON)
        .until(() ->
            platform().service("greedy").stream()
                .flatMap(service -> service.instances().stream())
                .map(each -> each.why().orElse(""))
                .anyMatch(
                    why -> why.contains("may take 100") && why.contains("io.pipeforce.memory")));
  }

  @Test
  void volumes_outlive_a_service_unless_they_are_deleted() throws Exception {
    ServiceSpec one = service("notes", Map.of(), "./note.sh");
    ServiceSpec spec =
        new ServiceSpec(
            one.name(), one.workload(), one.port(), one.ingress(), 1, List.of("/app/data"));
    serve(spec);
    assertThat(ask("notes", "/file/data/notes")).isEqualTo("more\n");
    platform().stopService("notes", false);
    serve(spec);
    assertThat(ask("notes", "/file/data/notes")).isEqualTo("more\nmore\n");

    platform().stopService("notes", true);

    serve(spec);
    assertThat(ask("notes", "/file/data/notes")).isEqualTo("more\n");
    platform().stopService("notes", true);
  }

  @Test
  void a_service_may_write_temporary_files() throws Exception {
    serve(service("shop", Map.of(), "./temp.sh"));

    assertThat(ask("shop", "/env/PIPEFORCE_SERVICE")).isEqualTo("shop");
  }

  @Test
  void services_outlive_the_hub_and_are_found_again() throws Exception {
    serve(service("shop", Map.of()));
    String before = ask("shop", "/id");

    tested().restart();

    within(SOON).until(() -> instance("shop").state() == InstanceStatus.State.READY);
    assertThat(ask("shop", "/id")).isEqualTo(before);
    assertThat(instance("shop").restarts()).isZero();
    assertThat(platform().service("shop").orElseThrow().spec())
        .isEqualTo(service("shop", Map.of()));
  }

  @Test
  void an_ingress_belongs_to_one_service() throws Exception {
    startService(service("shop", Map.of()));
    ServiceSpec other = service("other", Map.of());

    assertThatThrownBy(() ->
            startService(
                new ServiceSpec(
                    "other", other.workload(), other.port(), Optional.of("shop"), 1, List.of())))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("the ingress shop is that of service shop already");
    assertThat(platform().service("other")).isEmpty();
  }

  @Test
  void an_image_that_is_not_there_is_told_with_the_remedy() {
    ServiceSpec spec =
        new ServiceSpec(
            "shop",
            Optional.of(workload("nowhere", Map.of())),
            Optional.of(8090),
            Optional.empty(),
            1,
            List.of());

    assertThatThrownBy(() -> startService(spec))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(tested().image("nowhere"))
        .hasMessageContaining(tested().remedyForAbsentImage());
  }

  @Test
  void nothing_that_is_told_of_a_service_has_the_values_of_its_variables() throws Exception {
    ServiceStatus status = startService(service("shop", Map.of("TOKEN", "open-sesame")));

    assertThat(status.toString()).contains("TOKEN").doesNotContain("open-sesame");
    assertThat(platform().services().toString()).doesNotContain("open-sesame");
  }

  @Test
  void a_log_that_is_followed_misses_no_line() throws Exception {
    startInBackground(silent("talker", "./talk.sh", "20000"));
    within(SOON).until(() -> platform().logs("talker").isPresent());

    try (FollowedLog log = FollowedLog.of(platform().logs("talker").orElseThrow())) {
      within(SOON).until(() -> log.text().contains("line 20000 "));

      List<String> lines = log.text().lines().limit(20_000).toList();
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i)).startsWith("line " + (i + 1) + " of");
      }
    }
  }
}
