package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.ImageProject.Layer;
import io.pipeforce.dev.PiProcess.Result;
import io.pipeforce.image.ImageConfig;
import io.pipeforce.image.ImageName;
import io.pipeforce.image.StoredImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pi image} on a machine without a network, without Docker and without root. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ImageCommandTest {
  @TempDir private static Path home;
  private static Map<String, String> offline;
  private static ImageProject shop;
  private static String digest;
  private static Result built;

  @BeforeAll
  static void buildOnce() throws Exception {
    shop = ImageProject.make(home, "shop");
    // A machine whose resolver knows nobody.
    Path nobody = Files.writeString(home.resolve("hosts"), "");
    offline = Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + nobody, "MAVEN_ARGS", "-o");
    built = shop.must(offline, "pi", "image", "build");
    digest = ImageProject.digest(built);
  }

  @Test
  void without_a_network_the_image_is_made_and_what_it_lacks_is_said() throws Exception {
    assertThat(built.out()).isEqualTo("pipeforce-registry/shop:latest " + digest + "\n");
    assertThat(built.err())
        .contains("pi: warning: the registry docker.io cannot be reached")
        .contains("the image gets no base: the hub on this machine runs it with ")
        .contains("it cannot be pushed");

    ImageConfig config = shop.image(digest).config();
    assertThat(config.hasBase()).isFalse();
    assertThat(config.command()).containsExactly("./run-service.sh");
    assertThat(config.workingDirectory()).isEqualTo("/app");
    assertThat(config.labels())
        .containsEntry(ImageConfig.HEALTH_PORT, "8090")
        .containsEntry(ImageConfig.MAX_DURATION, "PT5M")
        .containsEntry(ImageConfig.MEMORY, "536870912");

    Result pushed =
        shop.run(
            Map.of("PIPEFORCE_REGISTRY", "localhost:1"),
            "pi",
            "image",
            "push",
            "pipeforce-registry/shop");
    assertThat(pushed.exit()).isEqualTo(1);
    assertThat(pushed.err())
        .contains("has no base")
        .contains("build it again where the base image can be fetched");
  }

  @Test
  void two_builds_give_the_same_digest_and_an_edit_changes_one_small_layer() throws Exception {
    List<Layer> before = shop.layers(digest);
    assertThat(shop.build(offline)).isEqualTo(digest);

    Path source = shop.folder().resolve("src/main/java/service/HelloService.java");
    String code = Files.readString(source);
    Files.writeString(source, code.replace("GREETING CALLED", "GREETING WAS CALLED"));
    String edited = shop.build(offline, "--name", "pipeforce-registry/shop:edited");
    Files.writeString(source, code);

    assertThat(edited).isNotEqualTo(digest);
    List<Layer> after = shop.layers(edited);
    assertThat(after.subList(0, after.size() - 1)).isEqualTo(before.subList(0, before.size() - 1));
    assertThat(before.getLast().size()).isLessThan(200_000);
    assertThat(after.getLast()).isNotEqualTo(before.getLast());
  }

  @Test
  void the_image_of_the_hub_is_this_pi_for_a_cluster() throws Exception {
    String hub = ImageProject.digest(shop.must(offline, "pi", "image", "build", "--hub"));

    ImageConfig config =
        shop.store().find(ImageName.parse("pipeforce-registry/hub")).orElseThrow().config();
    assertThat(config.entrypoint().get(2))
        .matches("exec java \\$JAVA_OPTS -cp /app/lib/pipeforce-dev-.*jar .*PiDev hub \"\\$@\"");
    assertThat(config.command()).containsExactly("--platform", "kubernetes", "--host", "0.0.0.0");
    assertThat(shop.layers(hub).getLast().size()).as("ours").isLessThan(3_000_000);
    assertThat(ImageProject.digest(shop.must(offline, "pi", "image", "build", "--hub")))
        .isEqualTo(hub);

    Result wrong = shop.run(offline, "pi", "image", "build", "--hub", "shop");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("pi: the image of the hub is made of this pi");
  }

  @Test
  void the_unpacked_image_runs_with_its_start_cache_from_any_folder() throws Exception {
    Path root = shop.store().unpack(shop.image(digest));

    try (Broker broker = Broker.start(BrokerOptions.local());
        PiProcess service =
            shop.start(
                home,
                Map.of(
                    "PIPEFORCE_SERVICE", "shop",
                    "PIPEFORCE_NAMESPACE", "local",
                    "PIPEFORCE_MESSAGE_BROKER", broker.uri().toString(),
                    "PIPEFORCE_HEALTH_PORT", "0",
                    // Refuses to start when the cache does not fit.
                    "JAVA_OPTS", "-XX:+UseSerialGC -XX:AOTMode=on"),
                root.resolve("app/run-service.sh").toString())) {
      service.awaitOut("ready: shop with 1 handler");
      shop.must(
          Map.of(), "pi", "send", "some.event.key.x", "hello", "--broker", broker.uri().toString());
      service.awaitOut("GREETING CALLED. BODY: hello\n");
    }
  }

  @Test
  void a_jvm_that_the_start_cache_does_not_fit_does_without_and_says_nothing() throws Exception {
    Path root = shop.store().unpack(shop.image(digest));

    Result result =
        shop.run(Map.of("JAVA_OPTS", "-XX:+UseZGC"), root.resolve("app/run-service.sh").toString());

    assertThat(result.exit()).isNotZero();
    assertThat(result.out() + result.err())
        .contains("PIPEFORCE_SERVICE")
        .doesNotContainIgnoringCase("aot")
        .doesNotContainIgnoringCase("cds");
  }

  @Test
  void images_are_listed_for_people_and_for_programs() throws Exception {
    StoredImage image = shop.image(digest);

    assertThat(shop.must(Map.of(), "pi", "image", "list").out())
        .startsWith("NAME ")
        .containsPattern(
            "pipeforce-registry/shop:latest +" + digest.substring(0, 19) + " +[0-9.]+ MB  20");
    assertThat(shop.must(Map.of(), "pi", "image", "list", "--json").out())
        .startsWith("[{\"name\":\"pipeforce-registry/shop:latest\",\"digest\":\"" + digest)
        .contains("\"size\":" + image.size() + ",\"created\":\"" + image.created())
        .contains("\"base\":false");
  }

  @Test
  void what_is_wrong_is_told_with_an_exit_code() throws Exception {
    Path empty = Files.createDirectories(home.resolve("empty"));
    assertThat(shop.runIn(empty, Map.of(), "pi", "image", "build"))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result -> assertThat(result.err()).contains("no service project in " + empty));

    Result name = shop.run(Map.of(), "pi", "image", "build", "--name", "../shop");
    assertThat(name.exit()).isEqualTo(2);
    assertThat(name.err()).contains("is no name for an image");

    Result base = shop.run(offline, "pi", "image", "build", "--base", "localhost:1/java");
    assertThat(base.exit()).isEqualTo(1);
    assertThat(base.err()).contains("the registry localhost:1 cannot be reached");

    Result unknown = shop.run(Map.of(), "pi", "image", "push", "localhost:1/none");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no image localhost:1/none:latest");

    Result nowhere = shop.run(Map.of(), "pi", "image", "push", "pipeforce-registry/shop");
    assertThat(nowhere.exit()).isEqualTo(3);
    assertThat(nowhere.err()).contains("set PIPEFORCE_REGISTRY");

    assertThat(shop.run(Map.of(), "pi", "image").exit()).isEqualTo(2);
  }

  @Test
  void a_build_that_fails_shows_the_words_of_maven() throws Exception {
    Path source = shop.folder().resolve("src/main/java/service/Broken.java");
    Files.writeString(source, "package service; class Broken { nonsense }");
    try {
      Result result = shop.run(offline, "pi", "image", "build");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("failed").contains("Broken.java");
    } finally {
      Files.delete(source);
    }
  }

  @Test
  void the_commands_of_the_page_work_one_after_the_other() throws Exception {
    Path elsewhere = Files.createDirectories(home.resolve("page"));
    for (String command : Commands.of(PiProcess.HOME.resolve("docs/images.md"))) {
      Result result = shop.runIn(elsewhere, offline, "sh", "-c", command);
      assertThat(result.exit()).as(command + "\n" + result).isZero();
    }
  }
}
