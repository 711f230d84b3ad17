package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.SampleImage;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version takes over while clients call the service by its ingress. */
@Timeout(120)
class IngressRolloutTest {
  private static final String IMAGE = "pipeforce-registry/sample";

  @TempDir private Path state;
  private Broker broker;
  private RunningHub hub;

  @BeforeEach
  void start() throws Exception {
    SampleImage.in(state.resolve("images"))
        .label("health-port", "8090")
        .label("max-duration", "PT1S")
        .keep(IMAGE);
    broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    hub =
        RunningHub.start(
            BrokerAddress.of("127.0.0.1", broker.port()),
            broker.managementUri().orElseThrow(),
            state,
            AtClose.END);
  }

  @AfterEach
  void stop() throws Exception {
    hub.close();
    broker.close();
  }

  private URI start(String colour) throws Exception {
    return URI.create(
        hub.answer(
                "service.start",
                Map.of(
                    "name",
                    "shop",
                    "image",
                    IMAGE,
                    "port",
                    8090,
                    "ingress",
                    "shop",
                    "replicas",
                    2,
                    "env",
                    Map.of("COLOUR", colour)))
            .path("url")
            .asString());
  }

  @Test
  void no_request_is_lost_or_refused_when_a_new_version_takes_over() throws Exception {
    URI url = start("blue").resolve("/env/COLOUR");
    Queue<String> answers = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean post = i % 2 == 0;
      clients.add(
          Thread.ofVirtual()
              .start(() -> {
                try (HttpClient client = HttpClient.newHttpClient()) {
                  while (!done.get()) {
                    answers.add(call(client, url, post));
                  }
                }
              }));
    }
    await().until(() -> answers.size() > 100);

    for (String colour : List.of("green", "red")) {
      start(colour);
    }
    int before = answers.size();
    await().until(() -> answers.size() > before + 100);
    done.set(true);
    for (Thread client : clients) {
      client.join();
    }

    assertThat(answers).contains("blue", "green", "red");
    assertThat(answers).containsOnly("blue", "green", "red");
  }

  private static String call(HttpClient client, URI url, boolean post) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url);
    if (post) {
      request.POST(BodyPublishers.ofString("a body"));
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return response.statusCode() == 200
          ? response.body()
          : response.statusCode() + " " + response.body();
    } catch (Exception e) {
      return e.toString();
    }
  }
}
