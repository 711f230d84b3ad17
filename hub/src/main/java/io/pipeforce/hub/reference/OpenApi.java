package io.pipeforce.hub.reference;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.Kind;
import io.pipeforce.hub.pipeline.Parameters;
import io.pipeforce.hub.pipeline.Parameters.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The <a href="https://spec.openapis.org/oas/v3.1.1">OpenAPI 3.1</a> document of a hub. */
public final class OpenApi {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain";

  private final List<Command<?>> commands;
  private final Predicate<String> isOpen;

  private OpenApi(List<Command<?>> commands, Predicate<String> isOpen) {
    this.commands = commands;
    this.isOpen = isOpen;
  }

  /**
   * The document, ready to be written as JSON. Commands that take steps are for pipelines only.
   *
   * @param isOpen whether a command of this name needs no credentials
   */
  public static Map<String, Object> of(List<Command<?>> commands, Predicate<String> isOpen) {
    return new OpenApi(commands, isOpen).document();
  }

  private Map<String, Object> document() {
    Map<String, Object> paths = new LinkedHashMap<>();
    paths.put("/health", Map.of("get", open(operation("health", "Whether the hub runs.", NONE))));
    paths.put(
        "/health/ready",
        Map.of("get", open(operation("ready", "Whether it has reached its broker.", READY))));
    paths.put(
        "/api/v3/openapi.json",
        Map.of("get", operation("openapi", "This document.", answers(JSON, object()))));
    paths.put(
        "/api/v3/command",
        Map.of(
            "get",
            operation(
                "commands",
                "All commands with their parameters.",
                answers(JSON, Map.of("type", "array", "items", object())))));
    paths.put("/api/v3/logs/{name}", Map.of("get", logs()));
    paths.put("/api/v3/pipeline", Map.of("post", pipeline()));
    paths.put("/api/v3/command/webhook.receive", webhook());
    for (Command<?> command : commands) {
      List<Parameter> parameters = Parameters.of(command.arguments()).all();
      if (parameters.stream().noneMatch(each -> each.kind() instanceof Kind.Nested)) {
        paths.put("/api/v3/command/" + command.name(), command(command, parameters));
      }
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.1");
    document.put(
        "info",
        Map.of(
            "title", "PIPEFORCE hub",
            "version", "3",
            "description", "Runs commands and pipelines."));
    document.put("security", List.of(need("basic"), need("bearer"), need("apitoken")));
    document.put("paths", paths);
    document.put("components", components());
    return document;
  }

  private static Map<String, Object> need(String scheme) {
    return Map.of(scheme, List.of());
  }

  private static Map<String, Object> components() {
    return Map.of(
        "securitySchemes",
        Map.of(
            "basic", Map.of("type", "http", "scheme", "basic"),
            "bearer",
                Map.of(
                    "type", "http",
                    "scheme", "bearer",
                    "description", "An access token of iam.token or iam.token.refresh."),
            "apitoken",
                Map.of(
                    "type", "apiKey",
                    "in", "header",
                    "name", "Authorization",
                    "description", "Apitoken, a blank, and the hub's secret.")),
        "schemas",
        Map.of(
            "Error",
            Map.of(
                "type",
                "object",
                "required",
                List.of("status", "message"),
                "properties",
                Map.of(
                    "status", Map.of("type", "integer"),
                    "message", Map.of("type", "string"),
                    "problems", Map.of("type", "array", "items", problem())))));
  }

  private static Map<String, Object> problem() {
    return Map.of(
        "type",
        "object",
        "properties",
        Map.of(
            "line", Map.of("type", "integer"),
            "column", Map.of("type", "integer"),
            "message", Map.of("type", "string")));
  }

  private static final Map<String, Object> NONE = Map.of("204", description("Done."));

  private static final Map<String, Object> READY =
      Map.of("204", description("It has."), "503", description("It has not yet."));

  private static Map<String, Object> description(String text) {
    return Map.of("description", text);
  }

  private static Map<String, Object> object() {
    return Map.of("type", "object");
  }

  private static Map<String, Object> answers(String type, Map<String, Object> schema) {
    return Map.of(
        "200",
        Map.of("description", "The answer.", "content", Map.of(type, Map.of("schema", schema))));
  }

  private static Map<String, Object> operation(
      String id, String about, Map<String, Object> responses) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", id);
    operation.put("summary", about);
    operation.put("responses", new LinkedHashMap<>(responses));
    return operation;
  }

  private static Map<String, Object> open(Map<String, Object> operation) {
    operation.put("security", List.of());
    return operation;
  }

  /** Of a command or a pipeline. */
  private static Map<String, Object> result(String wrong, String failed) {
    Map<String, Object> anything = Map.of();
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put(
        "200",
        Map.of(
            "description",
            "The result: a text as text, anything else as JSON.",
            "content",
            Map.of(
                JSON,
                Map.of("schema", anything),
                TEXT,
                Map.of("schema", Map.of("type", "string")),
                "application/octet-stream",
                Map.of())));
    responses.put("204", description("Done, without a result."));
    responses.put("400", error(wrong));
    responses.put("401", error("Credentials are missing, wrong or expired."));
    responses.put("403", error("A page of another site, or another host's name."));
    responses.put("422", error(failed));
    return responses;
  }

  private static Map<String, Object> error(String about) {
    return Map.of(
        "description",
        about,
        "content",
        Map.of(JSON, Map.of("schema", Map.of("$ref", "#/components/schemas/Error"))));
  }

  private static Map<String, Object> logs() {
    Map<String, Object> logs =
        operation(
            "logs",
            "What a service or a job has written.",
            answers(TEXT, Map.of("type", "string")));
    logs.put(
        "parameters",
        List.of(
            Map.of(
                "name", "name",
                "in", "path",
                "required", true,
                "description", "Of the service or the job.",
                "schema", Map.of("type", "string")),
            Map.of(
                "name", "follow",
                "in", "query",
                "description", "Goes on with what is written from then on.",
                "schema", Map.of("type", "boolean", "default", false))));
    return logs;
  }

  private static Map<String, Object> pipeline() {
    Map<String, Object> pipeline =
        operation(
            "pipeline",
            "Checks a pipeline, runs it, and answers its last body.",
            result("The pipeline is wrong; nothing was run.", "A step failed."));
    pipeline.put(
        "requestBody",
        Map.of(
            "required",
            true,
            "content",
            Map.of(
                "application/yaml",
                Map.of("schema", Map.of("type", "string")),
                JSON,
                Map.of("schema", object()))));
    return pipeline;
  }

  private static Map<String, Object> webhook() {
    Map<String, Object> paths = new LinkedHashMap<>();
    for (String method : List.of("get", "post", "put")) {
      Map<String, Object> receive =
          open(
              operation(
                  "webhook.receive." + method,
                  "Fires the event of a webhook.",
                  Map.of(
                      "202",
                      description("The broker has confirmed; or there is no such webhook."),
                      "503",
                      error("Not confirmed; send it again."))));
      receive.put(
          "parameters",
          List.of(
              Map.of(
                  "name", "token",
                  "in", "query",
                  "description", "Token of the webhook; may be a header as well.",
                  "schema", Map.of("type", "string", "format", "uuid"))));
      if (!method.equals("get")) {
        receive.put("requestBody", Map.of("content", Map.of("*/*", Map.of())));
      }
      paths.put(method, receive);
    }
    return paths;
  }

  private Map<String, Object> command(Command<?> command, List<Parameter> parameters) {
    Map<String, Object> paths = new LinkedHashMap<>();
    Map<String, Object> get = commandOperation(command, command.name() + ".get");
    get.put("parameters", parameters.stream().map(OpenApi::query).toList());
    paths.put("get", get);
    Map<String, Object> post = commandOperation(command, command.name());
    post.put(
        "requestBody", Map.of("content", Map.of(JSON, Map.of("schema", arguments(parameters)))));
    paths.put("post", post);
    return paths;
  }

  private Map<String, Object> commandOperation(Command<?> command, String id) {
    Map<String, Object> operation =
        operation(
            id, command.about(), result("The body is no JSON object.", "The command failed."));
    operation.put("tags", List.of(command.name().split("\\.", 2)[0]));
    return isOpen.test(command.name()) ? open(operation) : operation;
  }

  private static Map<String, Object> query(Parameter parameter) {
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("name", parameter.name());
    query.put("in", "query");
    query.put("description", parameter.about());
    query.put("required", parameter.required());
    query.put("schema", schema(parameter));
    return query;
  }

  private static Map<String, Object> arguments(List<Parameter> parameters) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Map<String, Object> schema = schema(parameter);
      schema.put("description", parameter.about());
      properties.put(parameter.name(), schema);
      if (parameter.required()) {
        required.add(parameter.name());
      }
    }
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("type", "object");
    arguments.put("properties", properties);
    if (!required.isEmpty()) {
      arguments.put("required", required);
    }
    arguments.put("additionalProperties", false);
    return arguments;
  }

  private static Map<String, Object> schema(Parameter parameter) {
    Map<String, Object> schema = new LinkedHashMap<>(schema(parameter.kind()));
    parameter.fallback().ifPresent(text -> schema.put("default", fallback(parameter.kind(), text)));
    return schema;
  }

  private static Object fallback(Kind kind, String text) {
    return switch (kind) {
      case Kind.WholeNumber _, Kind.YesOrNo _, Kind.Texts _ -> kind.convert(text);
      case Kind.Text _,
          Kind.Time _,
          Kind.Choice _,
          Kind.TextMap _,
          Kind.Fields _,
          Kind.Anything _,
          Kind.Nested _ ->
          text;
    };
  }

  private static Map<String, Object> schema(Kind kind) {
    return switch (kind) {
      case Kind.Text _ -> Map.of("type", "string");
      case Kind.WholeNumber(long least, long most) ->
          Map.of("type", "integer", "minimum", least, "maximum", most);
      case Kind.YesOrNo _ -> Map.of("type", "boolean");
      case Kind.Time _ -> Map.of("type", "string", "pattern", "^" + Kind.DURATION + "$");
      case Kind.Choice(List<?> constants) ->
          Map.of("type", "string", "enum", constants.stream().map(Object::toString).toList());
      case Kind.Texts _ -> Map.of("type", "array", "items", Map.of("type", "string"));
      case Kind.TextMap _ ->
          Map.of("type", "object", "additionalProperties", Map.of("type", "string"));
      case Kind.Fields _ -> object();
      case Kind.Anything _ -> Map.of();
      case Kind.Nested _ -> Map.of("type", "array", "items", object());
    };
  }
}
