package io.pipeforce.hub.platform.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks an instance how it is. */
final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int LONGEST_REASON = 300;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private Probe() {}

  /** Empty when all is well, else why not. */
  static Optional<String> http(int port, String path) throws InterruptedException {
    try {
      HttpResponse<String> response =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? Optional.empty()
          : Optional.of(path + " answers " + response.statusCode() + " " + shortened(response));
    } catch (IOException e) {
      return Optional.of(path + " does not answer");
    }
  }

  static Optional<String> tcp(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
          (int) PATIENCE.toMillis());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("nothing listens on the port that the variable PORT names");
    }
  }

  private static String shortened(HttpResponse<String> response) {
    String body = response.body().strip();
    return body.length() > LONGEST_REASON ? body.substring(0, LONGEST_REASON) + "…" : body;
  }
}
