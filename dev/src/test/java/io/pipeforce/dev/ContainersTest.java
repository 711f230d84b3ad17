package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageException;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.ImageStore;
import io.pipeforce.image.StoredImage;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The images of a service in real containers: the one of the template's Dockerfile, and the one of
 * {@code pi image build}, pushed to real registries.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ContainersTest {
  private static final String TOOLS = PiProcess.HOME.resolve("dev/containers").toString();

  @TempDir private static Path home;
  private static ImageProject shop;
  private static Properties containers;
  private static String byDockerfile;
  private static String byPi;
  private static String digest;

  @BeforeAll
  static void buildBoth() throws Exception {
    RealParts.here().assume(RealParts.CONTAINERS);
    containers = RealParts.containers().orElseThrow();
    shop = ImageProject.make(home, "shop");

    byDockerfile = "localhost/shop-" + ProcessHandle.current().pid();
    podman("build", "--quiet", "--pull=never", "--tag", byDockerfile, ".");

    digest = shop.build(Map.of(), "--base", containers.getProperty("base"));
    byPi = open("shop");
    shop.must(
        Map.of("PIPEFORCE_REGISTRY", containers.getProperty("open")),
        "pi",
        "image",
        "push",
        "pipeforce-registry/shop");
  }

  @AfterAll
  static void removeThem() throws Exception {
    if (containers != null) {
      shop.run(Map.of(), TOOLS, "podman", "rmi", "--force", byDockerfile, byPi);
    }
  }

  private static String open(String name) {
    return containers.getProperty("open") + "/" + name;
  }

  private static String secured(String name) {
    return containers.getProperty("secured") + "/" + name;
  }

  private static Result podman(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(TOOLS, "podman"));
    command.addAll(List.of(arguments));
    return shop.must(Map.of(), command.toArray(String[]::new));
  }

  @Test
  void the_image_of_the_dockerfile_handles_an_event() throws Exception {
    handlesAnEvent(byDockerfile);
  }

  @Test
  void the_image_of_pi_handles_an_event_and_starts_with_its_cache() throws Exception {
    handlesAnEvent(byPi, "--env", "JAVA_OPTS=-XX:+UseSerialGC -XX:AOTMode=on");
  }

  private static void handlesAnEvent(String image, String... options) throws Exception {
    try (Broker broker = Broker.start(BrokerOptions.local())) {
      List<String> command = new ArrayList<>(List.of("run", "--detach", "--network", "host"));
      command.addAll(List.of(options));
      command.addAll(
          List.of(
              "--env",
              "PIPEFORCE_SERVICE=shop",
              "--env",
              "PIPEFORCE_NAMESPACE=local",
              "--env",
              "PIPEFORCE_HEALTH_PORT=0",
              "--env",
              "PIPEFORCE_MESSAGE_BROKER=" + broker.uri(),
              image));
      String container = podman(command.toArray(String[]::new)).out().strip();
      try {
        awaitLog(container, "ready: shop with 1 handler");
        shop.must(
            Map.of(), "pi", "send", "some.event.key.x", "hi", "--broker", broker.uri().toString());
        awaitLog(container, "GREETING CALLED. BODY: hi");
      } finally {
        podman("stop", "--time", "20", container);
        // Ended by SIGTERM, with all that was in flight finished.
        String exit = podman("inspect", "--format", "{{.State.ExitCode}}", container).out();
        podman("rm", "--force", container);
        assertThat(exit.strip()).isEqualTo("143");
      }
    }
  }

  private static void awaitLog(String container, String text) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(podman("logs", container).out()).contains(text));
  }

  @Test
  void the_test_scripts_of_both_images_run_all_tests_and_report_them() throws Exception {
    assertThat(tests(byDockerfile, "./run-tests-unit.sh").exit()).isZero();
    assertThat(report("unit")).contains("tests=\"2\"").contains("failures=\"0\" errors=\"0\"");

    assertThat(tests(byDockerfile, "./run-tests-integration.sh").exit()).isZero();
    assertThat(report("integration"))
        .contains("tests=\"1\"")
        .contains("failures=\"0\" errors=\"0\"")
        .contains("an_event_reaches_the_greeting");

    for (String image : List.of(byDockerfile, byPi)) {
      Result all = tests(image, "./run-tests-all.sh");
      assertThat(all.exit()).as(all.toString()).isZero();
      assertThat(report("unit")).contains("the_code_follows_checkstyle_xml");
      assertThat(report("integration")).contains("an_event_reaches_the_greeting");
    }
  }

  @Test
  void a_test_that_fails_in_the_image_is_told_by_the_exit_code_and_the_report() throws Exception {
    Path broken = Files.writeString(home.resolve("checkstyle.xml"), "not a configuration");
    Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-r--r--"));
    String mount = broken + ":/app/checkstyle.xml:ro";

    assertThat(tests(byPi, "./run-tests-unit.sh", "--volume", mount).exit()).isEqualTo(1);
    assertThat(report("unit")).contains("failures=\"0\" errors=\"1\"");

    Result all = tests(byDockerfile, "./run-tests-all.sh", "--volume", mount);
    assertThat(all.exit()).isEqualTo(1);
    assertThat(report("unit")).contains("failures=\"0\" errors=\"1\"");
    assertThat(all.out()).contains("an_event_reaches_the_greeting");
  }

  /** In a container whose reports can be read here. */
  private static Result tests(String image, String script, String... options) throws Exception {
    Path reports = home.resolve("reports");
    if (Files.exists(reports)) {
      SourceCompiler.delete(reports);
    }
    Files.createDirectory(reports);
    Files.setPosixFilePermissions(reports, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> command = new ArrayList<>(List.of(TOOLS, "podman", "run", "--rm"));
    command.addAll(List.of("--volume", reports + ":/app/target/test-reports"));
    command.addAll(List.of(options));
    command.addAll(List.of(image, script));
    return shop.run(Map.of(), command.toArray(String[]::new));
  }

  private static String report(String kind) throws IOException {
    return Files.readString(home.resolve("reports").resolve(kind + "/TEST-junit-jupiter.xml"));
  }

  @Test
  void both_images_say_the_same_of_themselves() throws Exception {
    for (String what : List.of("WorkingDir", "Cmd", "Entrypoint", "Labels")) {
      String format = "{{json .Config." + what + "}}";
      // The tool that built it says so in a label.
      String docker = podman("inspect", "--format", format, byDockerfile).out();
      assertThat(podman("inspect", "--format", format, byPi).out())
          .isEqualTo(docker.replaceFirst("\"io.buildah.version\":\"[^\"]*\",", ""));
    }
    assertThat(podman("run", "--rm", byPi, "id", "-u").out()).isEqualTo("10001\n");
    assertThat(podman("run", "--rm", byDockerfile, "id", "-u").out()).isEqualTo("10001\n");
  }

  @Test
  void two_builds_on_a_base_give_the_same_digest_and_the_registry_has_that_one() throws Exception {
    assertThat(shop.build(Map.of(), "--base", containers.getProperty("base"))).isEqualTo(digest);
    assertThat(shop.layers(digest).getLast().size()).isLessThan(200_000);

    podman("pull", "--quiet", byPi);
    assertThat(podman("inspect", "--format", "{{.Digest}}", byPi).out().strip()).isEqualTo(digest);
  }

  @Test
  void what_was_pushed_is_pulled_and_unpacked_by_another_machine() throws Exception {
    ImageStore elsewhere = ImageStore.in(home.resolve("elsewhere"));

    StoredImage pulled = elsewhere.pull(ImageName.parse(byPi), Optional.empty(), _ -> {});

    assertThat(pulled.digest()).isEqualTo(digest);
    assertThat(pulled.config()).isEqualTo(shop.image(digest).config());
    Path root = elsewhere.unpack(pulled);
    assertThat(root.resolve("app/run-service.sh")).isExecutable();
    assertThat(root.resolve("opt/java/openjdk/bin/java")).isExecutable();
    Assertions.assertThatThrownBy(
            () -> elsewhere.pull(ImageName.parse(open("none")), Optional.empty(), _ -> {}))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(open("none"));
  }

  @Test
  void a_registry_with_a_password_lets_in_whom_podman_has_logged_in() throws Exception {
    String image = secured("team/shop");
    Map<String, String> registry =
        Map.of("PIPEFORCE_REGISTRY", containers.getProperty("secured") + "/team/");

    Result without = shop.run(registry, "pi", "image", "push", "pipeforce-registry/shop");
    assertThat(without.exit()).isEqualTo(1);
    assertThat(without.err())
        .contains(containers.getProperty("secured") + " asks for a password for team/shop")
        .contains("docker login " + containers.getProperty("secured"));

    Path login = shop.logins();
    try {
      podman(
          "login",
          "--authfile",
          login.toString(),
          "--username",
          containers.getProperty("user"),
          "--password",
          containers.getProperty("password"),
          containers.getProperty("secured"));
      Result pushed = shop.must(registry, "pi", "image", "push", "pipeforce-registry/shop");
      assertThat(pushed.out()).isEqualTo(image + ":latest " + digest + "\n");
      assertThat(pushed.out() + pushed.err()).doesNotContain(containers.getProperty("password"));

      podman("pull", "--quiet", "--authfile", login.toString(), image);
      assertThat(podman("run", "--rm", image, "id", "-u").out()).isEqualTo("10001\n");
      podman("rmi", "--force", image);
    } finally {
      Files.writeString(login, "{}");
    }

    Assertions.assertThatThrownBy(() ->
            shop.store()
                .pull(
                    ImageName.parse(image),
                    Optional.of(new Credentials(containers.getProperty("user"), "wrong")),
                    _ -> {}))
        .hasMessageContaining("refuses the password for team/shop");
  }

  /** With the image's own Java, which nobody has but the base. */
  @Test
  void the_hub_fetches_an_image_with_the_password_of_the_command_and_keeps_it_nowhere()
      throws Exception {
    String image = secured("hub/shop");
    String user = containers.getProperty("user");
    String password = containers.getProperty("password");
    shop.store()
        .push(
            shop.image(digest),
            ImageName.parse(image),
            Optional.of(new Credentials(user, password)),
            _ -> {});
    Path elsewhere = Files.createDirectories(home.resolve("hub"));
    Map<String, String> settings =
        Map.of("XDG_DATA_HOME", elsewhere.toString(), "XDG_CONFIG_HOME", elsewhere.toString());
    List<String> job =
        List.of(
            "pi",
            "command",
            "service.job.start",
            "name=tests",
            "image=" + image,
            "command=./run-tests-unit.sh",
            "wait=true");
    try (Broker broker = Broker.start(BrokerOptions.local());
        PiProcess hub =
            shop.start(
                elsewhere,
                settings,
                "pi",
                "hub",
                "--port",
                "0",
                "--broker",
                broker.uri().toString())) {
      hub.awaitOut("ready: ");

      Result without = shop.runIn(elsewhere, settings, job.toArray(String[]::new));
      assertThat(without.exit()).isEqualTo(1);
      assertThat(without.err()).contains("asks for a password for hub/shop");

      List<String> allowed = new ArrayList<>(job);
      allowed.add("imagePullSecret=" + user + ":" + password);
      Result done = shop.runIn(elsewhere, settings, allowed.toArray(String[]::new));
      assertThat(done.exit()).as(done.toString()).isZero();
      assertThat(done.out()).contains("tests successful").doesNotContain(password);
      assertThat(hub.out() + hub.err()).doesNotContain(password);
    }
    assertThat(shop.runIn(elsewhere, settings, "grep", "-rl", password, ".pi").out()).isEmpty();
  }

  @Test
  void the_commands_of_the_page_that_need_a_registry_or_docker_work() throws Exception {
    String login =
        TOOLS
            + " podman login --authfile "
            + home.resolve("page/config.json")
            + " --username "
            + containers.getProperty("user")
            + " --password "
            + containers.getProperty("password");
    Files.createDirectories(home.resolve("page"));
    Files.writeString(home.resolve("page/config.json"), "{}");
    StringBuilder script = new StringBuilder("set -e\n");
    for (String command : Commands.of(PiProcess.HOME.resolve("docs/images.md"), "console")) {
      script
          .append(
              command
                  .replace("docker login", login)
                  .replace("docker build", TOOLS + " podman build --pull=never")
                  .replace("mvn package", "mvn -q -B package -DskipTests")
                  .replace("registry.example.org", containers.getProperty("secured")))
          .append('\n');
    }
    assertThat(script).contains("pi image push pipeforce-registry/shop").contains("podman build");

    Map<String, String> settings = Map.of("DOCKER_CONFIG", home.resolve("page").toString());
    shop.must(settings, "sh", "-c", script.toString());
  }
}
