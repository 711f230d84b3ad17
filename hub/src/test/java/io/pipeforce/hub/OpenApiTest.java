package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI document, the catalogue and the help, all from the records of the commands. */
class OpenApiTest {
  @TempDir private static Path state;

  private static RunningHub hub;

  @BeforeAll
  static void start() {
    hub = RunningHub.onDevBroker(state);
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  @Test
  void the_document_is_valid_and_has_every_command() throws Exception {
    HttpResponse<String> response = hub.get("/api/v3/openapi.json");

    SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(response.body());
    assertThat(parsed.getMessages()).isEmpty();
    assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.1");
    JsonNode catalogue = JsonMapper.shared().readTree(hub.get("/api/v3/command").body());
    assertThat(catalogue.size()).isGreaterThan(20);
    for (JsonNode command : catalogue) {
      boolean onlyInPipelines = command.path("name").asString().equals("foreach");
      assertThat(parsed.getOpenAPI().getPaths().containsKey(path(command)))
          .as(command.path("name").asString())
          .isNotEqualTo(onlyInPipelines);
    }
  }

  private static String path(JsonNode command) {
    return "/api/v3/command/" + command.path("name").asString();
  }

  @Test
  void a_parameter_has_its_type_its_default_and_its_description() throws Exception {
    JsonNode paths =
        JsonMapper.shared().readTree(hub.get("/api/v3/openapi.json").body()).path("paths");

    JsonNode body =
        paths
            .path("/api/v3/command/webhook.put")
            .path("post")
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("schema");
    assertThat(body.path("required")).isEqualTo(JsonMapper.shared().readTree("[\"eventKey\"]"));
    assertThat(body.path("properties").path("payloadType"))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"type": "string", "enum": ["raw", "base64", "ignore"], "default": "base64",
                     "description": "What becomes of the octets that are sent: as they came, in Base64, left out."}
                    """));
    JsonNode length = body.path("properties").path("maxPayloadLength");
    assertThat(length.path("type").asString()).isEqualTo("integer");
    assertThat(length.path("default").isIntegralNumber()).isTrue();
    assertThat(length.path("default").asInt()).isEqualTo(512_000);
    assertThat(paths.path("/api/v3/command/iam.token").path("post").path("security").isEmpty())
        .isTrue();
  }

  @Test
  void help_tells_all_commands_and_what_one_takes() throws Exception {
    assertThat(hub.command("help", Map.of()).body())
        .containsPattern("\nwebhook.put +Makes or replaces a webhook and answers its URL.\n")
        .endsWith("More about one: pi command help NAME");
    assertThat(hub.command("help", Map.of("name", "message.list")).body())
        .isEqualTo(
            """
            message.list: Answers the first messages of a queue, and leaves them there.

              queue     Name of the queue. (a text, required)
              count     How many, 100 at most. (a whole number, default 10)
              truncate  Octets of a payload after which it is cut off. (a whole number, default 10000)\
            """);
    assertThat(hub.refusal("help", Map.of("name", "mesage.list")))
        .isEqualTo("unknown command 'mesage.list'; did you mean message.list?");
  }
}
