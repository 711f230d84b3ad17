package io.pipeforce.hub;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.platform.local.LocalPlatform;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import io.pipeforce.image.ImageStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A hub in this JVM, and the way to call it. */
record RunningHub(Hub hub, Optional<Broker> broker) implements AutoCloseable {
  static final String SECRET = "a secret of some length";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** On a dev broker of its own. */
  static RunningHub onDevBroker(Path state) {
    Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
    RunningHub running =
        start(
            BrokerAddress.of("127.0.0.1", broker.port()),
            broker.managementUri().orElseThrow(),
            state,
            AtClose.LEAVE);
    return new RunningHub(running.hub, Optional.of(broker));
  }

  static RunningHub start(BrokerAddress broker, URI management, Path state, AtClose atClose) {
    return new RunningHub(
        Hub.start(
            new HubOptions(
                HubAddress.local(0),
                broker,
                management,
                "pipeforce.topic.default",
                "local",
                "pipeforce",
                SECRET,
                false),
            LocalPlatform.source(state, ImageStore.in(state.resolve("images")), atClose)),
        Optional.empty());
  }

  /** A request without credentials. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(hub.uri().resolve(path));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /** With credentials. */
  HttpResponse<String> get(String path) throws Exception {
    return send(request(path).header("Authorization", "Apitoken " + SECRET));
  }

  /** Runs a command. */
  HttpResponse<String> command(String name, Map<String, ?> parameters) throws Exception {
    return send(
        request("/api/v3/command/" + name)
            .header("Authorization", "Apitoken " + SECRET)
            .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(parameters))));
  }

  /** Runs a pipeline. */
  HttpResponse<String> pipeline(String yaml) throws Exception {
    return send(
        request("/api/v3/pipeline")
            .header("Authorization", "Apitoken " + SECRET)
            .POST(BodyPublishers.ofString(yaml)));
  }

  /** The answer of a command that must succeed; a missing node when there is none. */
  JsonNode answer(String name, Map<String, ?> parameters) throws Exception {
    HttpResponse<String> response = command(name, parameters);
    if (response.statusCode() >= 300) {
      throw new AssertionError(name + ": " + response.statusCode() + " " + response.body());
    }
    return JsonMapper.shared().readTree(response.body());
  }

  /** What a command that must fail says. */
  String refusal(String name, Map<String, ?> parameters) throws Exception {
    HttpResponse<String> response = command(name, parameters);
    if (response.statusCode() != 422) {
      throw new AssertionError(name + ": " + response.statusCode() + " " + response.body());
    }
    return JsonMapper.shared().readTree(response.body()).path("message").asString();
  }

  @Override
  public void close() {
    hub.close();
    broker.ifPresent(Broker::close);
  }
}
