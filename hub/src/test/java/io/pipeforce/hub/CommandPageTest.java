package io.pipeforce.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BrokerAddress;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
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
    try (Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
        RunningHub hub =
            RunningHub.start(
                BrokerAddress.of("127.0.0.1", broker.port()),
                broker.managementUri().orElseThrow(),
                state)) {
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
