package io.pipeforce.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The hub that a command speaks to, over its HTTP API. */
final class HubClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final URI hub;
  private final String secret;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param secret {@code Basic user:password} or {@code Apitoken token}
   */
  private HubClient(URI hub, String secret) {
    this.hub = hub;
    this.secret = secret;
  }

  /**
   * The hub that PIPEFORCE_HUB_URL and PIPEFORCE_SECRET name; else that of the running {@code pi
   * dev}, or of the running {@code pi hub}.
   *
   * @throws CommandFailedException when there is none, or the address is none
   */
  static HubClient of(Map<String, String> environment) {
    String url = environment.getOrDefault("PIPEFORCE_HUB_URL", "");
    if (!url.isBlank()) {
      return new HubClient(uri(url), environment.getOrDefault("PIPEFORCE_SECRET", ""));
    }
    Profile profile =
        Profile.running(Profile.DEV)
            .filter(running -> !running.hub().isEmpty())
            .or(() -> Profile.running(Profile.HUB))
            .orElseThrow(() ->
                new CommandFailedException(
                    ExitCode.MISSING,
                    "no hub is running; start one with pi hub, or name one by"
                        + " PIPEFORCE_HUB_URL and PIPEFORCE_SECRET"));
    return new HubClient(uri(profile.hub()), "Apitoken " + profile.secret());
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text : text + "/");
      if (uri.getHost() != null && uri.getScheme().startsWith("http")) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new CommandFailedException(
        ExitCode.USAGE, "PIPEFORCE_HUB_URL is no address: " + text + "; write http://HOST:PORT");
  }

  /** An answer that is not an error. */
  record Answer(String body, boolean isJson) {}

  /**
   * Posts and waits for the answer, however long it takes.
   *
   * @param path below {@code /api/v3/}
   * @throws CommandFailedException when the hub is not there or answers an error
   */
  Answer post(String path, String contentType, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path, contentType, body).header("Authorization", authorization());
    headers.forEach(request::header);
    return answer(send(request));
  }

  private HttpRequest.Builder request(String path, String contentType, String body) {
    return HttpRequest.newBuilder(hub.resolve("api/v3/" + path))
        .header("Content-Type", contentType)
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try {
      return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (ConnectException e) {
      throw new CommandFailedException(
          ExitCode.MISSING, "no hub answers at " + hub + "; start one with pi hub", e);
    }
  }

  /** An API token is a refresh token: it gets an access token, which ends soon. */
  private String authorization() throws IOException, InterruptedException {
    String[] parts = secret.strip().split("\\s+", 2);
    String scheme = parts[0].toLowerCase(Locale.ROOT);
    if (parts.length == 2 && scheme.equals("basic")) {
      byte[] login = parts[1].getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(login);
    }
    if (parts.length == 2 && scheme.equals("apitoken")) {
      Answer answer =
          answer(
              send(
                  request(
                      "command/iam.token.refresh",
                      "application/json",
                      "{\"refreshToken\":" + Json.quoted(parts[1]) + "}")));
      return "Bearer " + Json.field(answer.body(), "access_token").orElse("");
    }
    throw new CommandFailedException(
        ExitCode.USAGE,
        "PIPEFORCE_SECRET must be 'Basic USER:PASSWORD' or 'Apitoken TOKEN'; it is "
            + (secret.isBlank() ? "not set" : "neither"));
  }

  private Answer answer(HttpResponse<String> response) {
    if (response.statusCode() < 300) {
      boolean json =
          response
              .headers()
              .firstValue("Content-Type")
              .filter(type -> type.contains("json"))
              .isPresent();
      return new Answer(response.body(), json);
    }
    Optional<String> message = Json.field(response.body(), "message");
    ExitCode exit =
        response.statusCode() == 400 || response.statusCode() == 404
            ? ExitCode.USAGE
            : ExitCode.FAILED;
    throw new CommandFailedException(
        exit, message.orElse(hub + " answered " + response.statusCode()));
  }

  @Override
  public void close() {
    http.close();
  }
}
