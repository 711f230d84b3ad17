package io.pipeforce.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
   * The hub of the profile that was chosen; else the one that PIPEFORCE_HUB_URL and
   * PIPEFORCE_SECRET name; else of the profile that PIPEFORCE_PROFILE names; else that of the
   * running {@code pi dev}, or of the running {@code pi hub}; else of the last {@code pi login}
   * without a name.
   *
   * @throws CommandFailedException when there is none, or the address is none
   */
  static HubClient of(@Nullable String profile, Map<String, String> environment) {
    if (profile != null) {
      return named(profile, environment);
    }
    String url = environment.getOrDefault("PIPEFORCE_HUB_URL", "");
    if (!url.isBlank()) {
      return new HubClient(
          uri("PIPEFORCE_HUB_URL", url), environment.getOrDefault("PIPEFORCE_SECRET", ""));
    }
    String chosen = environment.getOrDefault("PIPEFORCE_PROFILE", "");
    if (!chosen.isBlank()) {
      return named(chosen.strip(), environment);
    }
    return running(Profile.DEV)
        .or(() -> running(Profile.HUB))
        .or(() -> login(HubLogin.DEFAULT, environment))
        .orElseThrow(() ->
            new CommandFailedException(
                ExitCode.MISSING,
                "no hub is running; start one with pi hub, log in at one with pi login, or name"
                    + " one by PIPEFORCE_HUB_URL and PIPEFORCE_SECRET"));
  }

  /** Whether {@code PIPEFORCE_PROFILE} names the hub of a login. */
  static boolean isChosen() {
    String chosen = System.getenv().getOrDefault("PIPEFORCE_PROFILE", "").strip();
    return !chosen.isEmpty() && !chosen.equals(Profile.DEV) && !chosen.equals(Profile.HUB);
  }

  /** Where it is. */
  URI uri() {
    return hub;
  }

  private static HubClient named(String profile, Map<String, String> environment) {
    if (profile.equals(Profile.DEV) || profile.equals(Profile.HUB)) {
      return running(profile)
          .orElseThrow(() ->
              new CommandFailedException(
                  ExitCode.MISSING, "no pi " + profile + " with a hub is running"));
    }
    return login(profile, environment)
        .orElseThrow(() ->
            new CommandFailedException(
                ExitCode.USAGE,
                "there is no profile '"
                    + profile
                    + "'; make it with pi login URL --profile "
                    + profile));
  }

  private static Optional<HubClient> running(String name) {
    return Profile.running(name)
        .filter(profile -> !profile.hub().isEmpty())
        .map(profile ->
            new HubClient(uri("the hub", profile.hub()), "Apitoken " + profile.secret()));
  }

  private static Optional<HubClient> login(String name, Map<String, String> environment) {
    return HubLogin.read(HubLogin.file(name, environment))
        .map(login ->
            new HubClient(uri("the hub", login.hub()), "Apitoken " + login.refreshToken()));
  }

  /**
   * @param what for the message when it is none
   */
  static URI uri(String what, String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text : text + "/");
      if (uri.getHost() != null
          && uri.getUserInfo() == null
          && (uri.getScheme().equals("http") || uri.getScheme().equals("https"))) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new CommandFailedException(
        ExitCode.USAGE, what + " is no address of a hub; write http://HOST:PORT");
  }

  /**
   * Logs in.
   *
   * @return the refresh token
   * @throws CommandFailedException when the hub refuses or is not there
   */
  static String refreshToken(URI hub, String user, String password)
      throws IOException, InterruptedException {
    String body =
        "{\"username\":" + Json.quoted(user) + ",\"password\":" + Json.quoted(password) + "}";
    try (HubClient client = new HubClient(hub, "")) {
      return client.field("iam.token", body, "refresh_token");
    }
  }

  /**
   * Whether a refresh token is taken.
   *
   * @throws CommandFailedException when the hub refuses or is not there
   */
  static String accessToken(URI hub, String refreshToken) throws IOException, InterruptedException {
    try (HubClient client = new HubClient(hub, "")) {
      return client.accessToken(refreshToken);
    }
  }

  private String accessToken(String refreshToken) throws IOException, InterruptedException {
    return field(
        "iam.token.refresh",
        "{\"refreshToken\":" + Json.quoted(refreshToken) + "}",
        "access_token");
  }

  private String field(String command, String body, String name)
      throws IOException, InterruptedException {
    Answer answer = answer(send(request("command/" + command, "application/json", body)));
    return Json.field(answer.body(), name)
        .orElseThrow(() ->
            new CommandFailedException(ExitCode.MISSING, "what answers at " + hub + " is no hub"));
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

  /**
   * Prints what a service or a job has written, as it comes.
   *
   * @param out nothing more is printed when it takes no more
   * @throws CommandFailedException when the hub is not there, answers an error or goes away
   */
  void logs(String name, boolean follow, PrintStream out) throws IOException, InterruptedException {
    String path = "api/v3/logs/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(hub.resolve(path + "?follow=" + follow))
            .header("Authorization", authorization())
            .build();
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        throw failure(response.statusCode(), body);
      }
      byte[] octets = new byte[8192];
      for (int read = in.read(octets); read >= 0 && !out.checkError(); read = in.read(octets)) {
        out.write(octets, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      throw new CommandFailedException(ExitCode.MISSING, hub + " has gone away", e);
    }
  }

  private HttpRequest.Builder request(String path, String contentType, String body) {
    return HttpRequest.newBuilder(hub.resolve("api/v3/" + path))
        .header("Content-Type", contentType)
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return http.send(request, handler);
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
      return "Bearer " + accessToken(parts[1]);
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
    throw failure(response.statusCode(), response.body());
  }

  private CommandFailedException failure(int status, String body) {
    if (status == 401) {
      return new CommandFailedException(
          ExitCode.FAILED,
          hub
              + " does not let you in: "
              + Json.field(body, "message").orElse("wrong credentials")
              + "\nTry: pi login "
              + hub);
    }
    Optional<String> message = Json.field(body, "message");
    ExitCode exit = status == 400 || status == 404 ? ExitCode.USAGE : ExitCode.FAILED;
    return new CommandFailedException(exit, message.orElse(hub + " answered " + status));
  }

  @Override
  public void close() {
    http.close();
  }
}
