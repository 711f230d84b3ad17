package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Given;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.pipeline.Values;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code http.get} and its like. */
final class HttpRequestCommand implements Command<HttpRequestCommand.Arguments> {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int LARGEST = 16 << 20;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private final String method;

  HttpRequestCommand(String method) {
    this.method = method;
  }

  record Arguments(
      @Param("Where: http:// or https://.") String url,
      @Param("Headers of the request.") Optional<Map<String, String>> headers,
      @Param("What to send; when missing, the body of the pipeline (get and delete send nothing).")
          Given body) {}

  @Override
  public String name() {
    return "http." + method;
  }

  @Override
  public String about() {
    return "Sends an HTTP " + method.toUpperCase(Locale.ROOT) + "; the answer becomes the body.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    try {
      request.uri(URI.create(arguments.url()));
      arguments.headers().orElse(Map.of()).forEach(request::header);
    } catch (IllegalArgumentException e) {
      throw new CommandException("no request can be made of this: " + e.getMessage(), e);
    }
    request.method(method.toUpperCase(Locale.ROOT), payload(arguments, scope, request));
    try {
      HttpResponse<InputStream> response =
          CLIENT.send(request.build(), BodyHandlers.ofInputStream());
      return answer(arguments.url(), response);
    } catch (IOException e) {
      throw new CommandException(arguments.url() + " cannot be reached: " + e, e);
    }
  }

  private BodyPublisher payload(Arguments arguments, Scope scope, HttpRequest.Builder request) {
    boolean sendsBody = method.equals("post") || method.equals("put");
    if (!sendsBody && !arguments.body().isThere()) {
      return BodyPublishers.noBody();
    }
    Object payload = Payloads.of(arguments.body(), scope);
    boolean typed =
        arguments.headers().orElse(Map.of()).keySet().stream()
            .anyMatch("content-type"::equalsIgnoreCase);
    if (!typed) {
      request.header("Content-Type", payload instanceof String ? "text/plain" : "application/json");
    }
    return payload instanceof byte[] octets
        ? BodyPublishers.ofByteArray(octets)
        : BodyPublishers.ofString(Values.text(payload));
  }

  private static Outcome answer(String url, HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      byte[] octets = in.readNBytes(LARGEST + 1);
      if (octets.length > LARGEST) {
        throw new CommandException(url + " answered more than 16 MiB");
      }
      Object body = Payloads.read(response.headers().firstValue("Content-Type"), octets);
      if (response.statusCode() >= 400) {
        String text = Values.text(body);
        throw new CommandException(
            "%s answered %d: %s"
                .formatted(
                    url, response.statusCode(), text.substring(0, Math.min(200, text.length()))));
      }
      return Outcome.body(body);
    }
  }
}
