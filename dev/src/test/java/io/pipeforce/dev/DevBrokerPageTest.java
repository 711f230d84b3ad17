package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/dev-broker.md, one after the other. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DevBrokerPageTest {
  private static final String USUAL_PORT = "15672";

  @TempDir private Path folder;

  @Test
  void its_commands_work_one_after_the_other() throws Exception {
    List<String> commands = Commands.of(PiProcess.HOME.resolve("docs/dev-broker.md"));
    assertThat(commands.getFirst()).startsWith("pi broker ");

    try (PiProcess broker = sh(commands.getFirst())) {
      broker.awaitOut("\n");
      URI management = URI.create(broker.wordAfter("management "));
      for (String command : commands.subList(1, commands.size())) {
        assertThat(command).contains(USUAL_PORT);
        String here = command.replace(USUAL_PORT, Integer.toString(management.getPort()));
        try (PiProcess process = sh(here)) {
          Result result = process.result();
          assertThat(result.exit()).as(command + "\n" + result).isZero();
        }
      }
      assertThat(folder.resolve(".pi/broker")).isNotEmptyDirectory();
    }
  }

  private PiProcess sh(String command) throws Exception {
    return PiProcess.command(folder, _ -> {}, List.of("sh", "-c", "exec " + command));
  }
}
