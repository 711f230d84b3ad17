package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The committed page tells what the commands are. */
class CommandPageTest {
  private static final Path PAGE = Path.of("../docs/commands.md");

  @TempDir private Path state;

  @Test
  void the_page_tells_what_the_commands_are() throws Exception {
    try (RunningHub hub = RunningHub.onDevBroker(state)) {
      String page = CommandPage.of(JsonMapper.shared().readTree(hub.get("/api/v3/command").body()));
      if (Boolean.getBoolean("hub.reference.write")) {
        Files.writeString(PAGE, page);
      }

      assertThat(Files.readString(PAGE))
          .as("docs/commands.md; write it anew by running hub/reference")
          .isEqualTo(page);
    }
  }
}
