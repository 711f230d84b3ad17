package io.pipeforce.hub.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipeforce.MessagingException;
import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandCall;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Pipeline;
import io.pipeforce.hub.pipeline.PipelineProblemsException;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.pipeline.StepFailedException;
import io.pipeforce.hub.reference.Catalogue;
import io.pipeforce.hub.reference.OpenApi;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code /api/v3}: commands and pipelines. Whoever gets here may call. */
final class Api implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final List<Command<?>> commands;

  Api(List<Command<?>> commands) {
    this.commands = commands;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/openapi.json", this::openApi);
    rules.get("/command", this::catalogue);
    rules.get("/command/{name}", this::command);
    rules.post("/command/{name}", this::command);
    rules.post("/pipeline", this::pipeline);
  }

  private void openApi(ServerRequest request, ServerResponse response) {
    Answers.value(response, OpenApi.of(commands, Guard::isOpen));
  }

  private void catalogue(ServerRequest request, ServerResponse response) {
    Answers.value(response, Catalogue.of(commands));
  }

  private void command(ServerRequest request, ServerResponse response) throws InterruptedException {
    String name = request.path().pathParameters().get("name");
    Optional<Command<?>> command = CommandCall.find(name, commands);
    if (command.isEmpty()) {
      Answers.error(response, Status.NOT_FOUND_404, CommandCall.unknown(name, commands));
      return;
    }
    Map<String, @Nullable Object> values;
    try {
      values = parameters(request);
    } catch (JacksonException e) {
      Answers.error(
          response,
          Status.BAD_REQUEST_400,
          "the body is not a JSON object with the parameters: " + e.getOriginalMessage());
      return;
    }
    try {
      Outcome outcome =
          ClientLine.CURRENT
              .get()
              .whileConnected(name, () -> CommandCall.run(command.get(), values, scope(request)));
      switch (outcome) {
        case Outcome.Unchanged _ -> response.status(Status.NO_CONTENT_204).send();
        case Outcome.Body(Object value) -> Answers.value(response, value);
      }
    } catch (CommandException e) {
      Status status =
          Guard.isOpen(name) ? Status.UNAUTHORIZED_401 : Status.UNPROCESSABLE_CONTENT_422;
      Answers.error(response, status, String.valueOf(e.getMessage()));
    } catch (StepFailedException | MessagingException e) {
      Answers.error(response, Status.UNPROCESSABLE_CONTENT_422, String.valueOf(e.getMessage()));
    }
  }

  /** Of the query, and over it those of the body. */
  private static Map<String, @Nullable Object> parameters(ServerRequest request) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.putAll(query(request));
    byte[] body = body(request);
    if (body.length > 0) {
      values.putAll(JsonMapper.shared().readerForMapOf(Object.class).readValue(body));
    }
    return values;
  }

  private static Map<String, String> query(ServerRequest request) {
    Map<String, String> query = new LinkedHashMap<>();
    request.query().names().forEach(name -> query.put(name, request.query().get(name)));
    return query;
  }

  private static byte[] body(ServerRequest request) {
    return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
  }

  private void pipeline(ServerRequest request, ServerResponse response)
      throws InterruptedException {
    String text = new String(body(request), StandardCharsets.UTF_8);
    String source =
        request
            .headers()
            .first(HeaderNames.create("X-Pipeline-Name"))
            .orElseGet(() -> isJson(request) ? "pipeline.json" : "pipeline.yaml");
    try {
      Pipeline pipeline = Pipeline.read(source, text, commands);
      Optional<Object> last =
          ClientLine.CURRENT
              .get()
              .whileConnected(source, () -> Optional.ofNullable(pipeline.run(null, seen(request))));
      Answers.value(response, last.orElse(null));
    } catch (PipelineProblemsException e) {
      Answers.problems(response, e);
    } catch (StepFailedException e) {
      LOG.debug("A pipeline failed", e);
      Answers.error(response, Status.UNPROCESSABLE_CONTENT_422, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      Answers.error(response, Status.UNPROCESSABLE_CONTENT_422, source + ": " + e.getMessage());
    }
  }

  private static boolean isJson(ServerRequest request) {
    return request
        .headers()
        .contentType()
        .map(HttpMediaType::text)
        .filter(type -> type.contains("json"))
        .isPresent();
  }

  private static Scope scope(ServerRequest request) {
    return new Scope(null, Map.of(), seen(request));
  }

  /** What expressions see as {@code request}: no credentials. */
  private static Map<String, Object> seen(ServerRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    request.headers().forEach(header -> headers.put(header.name(), header.get()));
    headers.keySet().removeIf(Guard::isSecret);
    return Map.of("params", query(request), "headers", headers);
  }
}
