package io.pipeforce.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
  @TempDir private Path folder;

  @Test
  void it_is_in_the_data_folder_of_the_user() {
    assertThat(ImageStore.ofUser(Map.of("XDG_DATA_HOME", "/data")).layout().folder())
        .isEqualTo(Path.of("/data/pipeforce/images"));
    assertThat(ImageStore.ofUser(Map.of()).layout().folder())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".local/share/pipeforce/images"));
  }

  @Test
  void an_image_is_found_by_its_name_and_by_its_digest() throws IOException {
    ImageStore store = ImageStore.in(folder);
    TestImage image = new TestImage(store);
    image.layer().file("a", "x");
    StoredImage kept = image.keep("pipeforce-registry/shop");

    assertThat(kept.created()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(kept.size()).isGreaterThan(TestImage.CONFIG.length());
    assertThat(kept.config())
        .isEqualTo(
            new ImageConfig(
                List.of("/entry"),
                List.of("./run-service.sh"),
                "/app",
                Map.of("PATH", "/bin", "EQUALS", "a=b"),
                Map.of("io.pipeforce.health-port", "8090")));
    assertThat(store.find(ImageName.parse("pipeforce-registry/shop:latest"))).contains(kept);
    assertThat(store.find(ImageName.parse("pipeforce-registry/shop@" + kept.digest())))
        .contains(kept);
    assertThat(store.find(ImageName.parse("pipeforce-registry/shop:2"))).isEmpty();
    assertThat(store.find(ImageName.parse("shop"))).isEmpty();
    assertThat(store.list()).containsExactly(kept);
    assertThat(ImageStore.in(folder.resolve("none")).list()).isEmpty();
  }

  @Test
  void a_name_stands_for_the_last_image_that_got_it() throws IOException {
    ImageStore store = ImageStore.in(folder);
    TestImage image = new TestImage(store);
    image.keep("shop");
    image.layer().file("a", "x");
    StoredImage second = new TestImage(store).keep("shop", TestImage.CONFIG.replace("8090", "1"));

    assertThat(store.list()).containsExactly(second);
  }

  @Test
  void many_who_write_at_the_same_time_lose_nothing() throws Exception {
    List<Callable<StoredImage>> writers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = "shop" + i;
      writers.add(() -> new TestImage(ImageStore.in(folder)).keep(name));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var done : threads.invokeAll(writers)) {
        done.get();
      }
    }

    assertThat(ImageStore.in(folder).list()).hasSize(40);
    assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void content_of_another_digest_is_not_kept() throws IOException {
    Layout layout = ImageStore.in(folder).layout();
    Digest digest = Digest.of(new byte[] {1});

    assertThatThrownBy(() -> layout.put(digest, InputStream.nullInputStream()))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("a part of the image came broken");
    assertThat(layout.has(digest)).isFalse();
    try (var files = Files.walk(folder).filter(Files::isRegularFile)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void what_is_nowhere_but_here_can_neither_be_pulled_nor_pushed() throws IOException {
    ImageStore store = ImageStore.in(folder);
    StoredImage image = new TestImage(store).keep("pipeforce-registry/shop");

    assertThatThrownBy(() -> store.pull(image.name(), Optional.empty(), _ -> {}))
        .hasMessageContaining("set PIPEFORCE_REGISTRY");
    assertThatThrownBy(() -> store.push(image, image.name(), Optional.empty(), _ -> {}))
        .hasMessageContaining("set PIPEFORCE_REGISTRY");
  }

  @Test
  void an_image_without_a_base_is_not_pushed() throws IOException {
    ImageStore store = ImageStore.in(folder);
    StoredImage image =
        new TestImage(store)
            .keep(
                "localhost:1/shop",
                TestImage.CONFIG.replace(
                    "io.pipeforce.health-port\":\"8090", "io.pipeforce.base\":\"none"));

    assertThatThrownBy(() -> store.push(image, image.name(), Optional.empty(), _ -> {}))
        .hasMessageContaining("has no base")
        .hasMessageContaining("build it again where the base image can be fetched");
  }

  @Test
  void a_registry_that_is_not_there_is_told() {
    assertThatThrownBy(() ->
            ImageStore.in(folder)
                .pull(ImageName.parse("localhost:1/shop"), Optional.empty(), _ -> {}))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("the registry localhost:1 cannot be reached");
  }

  @Test
  void only_a_registry_on_this_machine_may_speak_plain_http() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
    server.createContext("/", exchange -> asked.add(exchange.getRequestURI().toString()));
    server.start();
    try {
      int port = server.getAddress().getPort();
      Optional<Credentials> credentials = Optional.of(new Credentials("me", "secret"));

      // Another address of this machine, which might as well be another machine's.
      assertThatThrownBy(() -> pull("127.0.0.2:" + port + "/shop", credentials))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("the registry 127.0.0.2:" + port + " does not speak HTTPS ")
          .hasMessageEndingWith("only those on localhost may speak plain HTTP");
      assertThat(asked).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  private StoredImage pull(String name, Optional<Credentials> credentials) throws IOException {
    return ImageStore.in(folder).pull(ImageName.parse(name), credentials, _ -> {});
  }
}
