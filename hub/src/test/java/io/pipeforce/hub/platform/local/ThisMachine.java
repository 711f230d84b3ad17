package io.pipeforce.hub.platform.local;

import static org.awaitility.Awaitility.await;

import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.platform.ContractImages;
import io.pipeforce.hub.platform.PlatformUnderTest;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The platform of this machine: its images, processes and files are real. */
final class ThisMachine implements PlatformUnderTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path images;
  private final Path state;
  private String broker = "amqp://guest:guest@127.0.0.1:5672/%2F";
  private LocalPlatform platform;

  private ThisMachine(Path images, Path state) {
    this.images = images;
    this.state = state;
    start();
  }

  /**
   * One on which nothing runs.
   *
   * @param images the store with the images of the contract
   */
  static ThisMachine with(Path images, Path state) {
    return new ThisMachine(images, state);
  }

  /** Makes the images of the contract. */
  static void makeImages(Path store) throws IOException, InterruptedException {
    for (Map.Entry<String, SampleImage> image : ContractImages.in(store).entrySet()) {
      image.getValue().keep(nameOf(image.getKey()));
    }
  }

  private static String nameOf(String image) {
    return "pipeforce-registry/" + image;
  }

  Machine machine() {
    return new Machine(
        state,
        new Surroundings(
            namespace(),
            broker,
            URI.create("http://127.0.0.1:15672"),
            "pipeforce.topic.default",
            () -> URI.create("http://127.0.0.1:8080"),
            "a secret that nobody sees"));
  }

  /** Another one, for the hubs that are started from now on. */
  void broker(String uri) {
    broker = uri;
  }

  @Override
  public LocalPlatform platform() {
    return platform;
  }

  @Override
  public String namespace() {
    return "local";
  }

  @Override
  public String image(String name) {
    return nameOf(name);
  }

  @Override
  public String url(String ingress) {
    return "http://%s-local.localhost:8080".formatted(ingress);
  }

  @Override
  public String remedyForAbsentImage() {
    return "pi image build";
  }

  @Override
  public String ask(String service, String path) throws IOException, InterruptedException {
    if (!(platform.find(service + "-local") instanceof Backend.Instance instance)) {
      throw new IOException(service + " takes no requests");
    }
    try (var _ = instance.lease()) {
      URI uri = URI.create("http://127.0.0.1:" + instance.address().getPort());
      return CLIENT
          .send(
              HttpRequest.newBuilder(uri.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Override
  public void kill() {
    platform.close();
  }

  @Override
  public void awaitEndWithoutHub(String job) {
    await().until(() -> Files.exists(machine().jobs().resolve(job).resolve("exit")));
  }

  @Override
  public void start() {
    platform = LocalPlatform.in(machine(), SampleImage.store(images), AtClose.LEAVE);
    platform.takeOver();
  }

  @Override
  public Duration settling() {
    return Duration.ZERO;
  }

  @Override
  public boolean keepsLogsOfStopped() {
    return true;
  }

  @Override
  public void close() {
    platform.suspend();
    platform.close();
  }
}
