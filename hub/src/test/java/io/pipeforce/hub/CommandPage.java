package io.pipeforce.hub;

import tools.jackson.databind.JsonNode;

/** The reference page, made of the catalogue that a hub answers. */
final class CommandPage {
  private final StringBuilder page = new StringBuilder();

  private CommandPage() {}

  static String of(JsonNode catalogue) {
    CommandPage page = new CommandPage();
    page.page.append(
        """
        # Commands of the hub

        <!-- Written by hub/reference from the commands themselves. Do not edit: a test compares it with them. -->

        What every command of a pipeline takes besides – `id`, `if`, `onError`, `output`, `eval`, `timeout` – tells
        [the hub's page](hub.md). `pi command help NAME` tells the same as this page, as does `/api/v3/openapi.json`.
        """);
    catalogue.forEach(page::command);
    return page.page.toString();
  }

  private void command(JsonNode command) {
    page.append("\n## ")
        .append(command.path("name").asString())
        .append("\n\n")
        .append(command.path("about").asString())
        .append('\n');
    if (!command.path("parameters").isEmpty()) {
      page.append("\n| parameter | is | default | |\n| --- | --- | --- | --- |\n");
      command.path("parameters").forEach(this::parameter);
    }
  }

  private void parameter(JsonNode parameter) {
    String fallback =
        parameter.path("required").asBoolean(false)
            ? "required"
            : parameter.path("fallback").isString()
                ? "`" + parameter.path("fallback").asString() + "`"
                : "";
    page.append("| `")
        .append(parameter.path("name").asString())
        .append("` | ")
        .append(parameter.path("type").asString())
        .append(" | ")
        .append(fallback)
        .append(" | ")
        .append(parameter.path("about").asString().replace("|", "\\|"))
        .append(" |\n");
  }
}
