package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of this repository's README, run one after the other. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReadmeTest {
  @TempDir private Path folder;

  @Test
  void its_commands_work_one_after_the_other() throws Exception {
    Files.createSymbolicLink(folder.resolve("pi"), PiProcess.HOME.resolve("pi"));
    List<String> commands = Commands.of(PiProcess.HOME.resolve("README.md"));
    assertThat(commands).contains("./pi dev", "./pi test", "./pi new order-service");

    Consumer<Map<String, String>> user =
        environment -> environment.put("XDG_CONFIG_HOME", folder.toString());
    try (PiProcess dev =
        PiProcess.command(
            folder,
            user,
            List.of(
                "./pi", "dev", "--port", "0", "--broker-port", "0", "--management-port", "0"))) {
      dev.awaitOut("ready: hello-service");
      for (String command : commands) {
        if (command.equals("./pi dev") || command.equals("./pi test")) {
          // The one runs already, on ports that nobody has; the other is running this test.
          continue;
        }
        try (PiProcess process = PiProcess.command(folder, user, List.of("sh", "-c", command))) {
          Result result = process.result();
          assertThat(result.exit()).as(command + "\n" + result).isZero();
        }
      }
      dev.awaitOut("GREETING CALLED. BODY: {\"hello\":\"world\"}\n");
    }
    assertThat(folder.resolve("order-service/pom.xml")).exists();
  }

  @Test
  void it_shows_the_handler_of_the_template() throws IOException {
    String handler =
        Files.readString(
            PiProcess.HOME.resolve("template/src/main/java/service/HelloService.java"));

    assertThat(Files.readString(PiProcess.HOME.resolve("README.md")))
        .contains("```java\n" + handler.substring(handler.indexOf("public class")) + "```\n");
  }
}
