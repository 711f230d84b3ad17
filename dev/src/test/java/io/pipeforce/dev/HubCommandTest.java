package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pi hub}, {@code pi command} and {@code pi pipeline} as a person uses them. */
class HubCommandTest {
  @TempDir private Path folder;

  private Broker broker;
  private PiProcess hub;

  @BeforeEach
  void start() throws Exception {
    broker = Broker.start(BrokerOptions.local());
    hub =
        PiProcess.start(folder, folder, "hub", "--port", "0", "--broker", broker.uri().toString());
    hub.awaitOut("\n");
  }

  @AfterEach
  void stop() throws Exception {
    hub.close();
    broker.close();
  }

  private Result pi(String... args) throws Exception {
    return PiProcess.run(folder, folder, args);
  }

  @Test
  void commands_and_pipelines_run_on_the_hub_that_is_found_by_itself() throws Exception {
    assertThat(hub.out()).startsWith("ready: http://127.0.0.1:");
    Path secret = folder.resolve(".pi/hub/secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(hub.out()).doesNotContain(Files.readString(secret));

    assertThat(pi("command", "event.send", "key=order.created", "payload={\"id\":7}"))
        .isEqualTo(new Result(0, "", ""));
    assertThat(pi("command", "body.set", "value={\"a\":[1,2]}", "--json"))
        .isEqualTo(new Result(0, "{\"a\":[1,2]}\n", ""));
    assertThat(pi("command", "body.set", "value=a text").out()).isEqualTo("a text\n");

    assertThat(pi("command", "help").out()).contains("\nbody.set");
    assertThat(pi("command", "help", "wait").out()).startsWith("wait: Lets time pass.");

    Files.writeString(
        folder.resolve("hello.yaml"),
        """
        vars: {name: Ada}
        pipeline:
          - log: {message: "saying hello"}
          - body.set: {value: "Hello ${vars.name}"}
        """);
    assertThat(pi("pipeline", "hello.yaml")).isEqualTo(new Result(0, "Hello Ada\n", ""));
    hub.awaitErr("saying hello");
  }

  @Test
  void what_is_wrong_is_told_with_its_place_and_an_exit_code() throws Exception {
    Files.writeString(folder.resolve("wrong.yaml"), "pipeline:\n  - lgo: {}\n  - wait: {}\n");
    Result wrong = pi("pipeline", "wrong.yaml");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("pi: wrong.yaml:2:5: unknown command 'lgo'; did you mean log?\n")
        .contains("wrong.yaml:3:5: wait needs the parameter 'time'");

    Result failed = pi("command", "http.get", "url=http://127.0.0.1:1/");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.err()).startsWith("pi: http://127.0.0.1:1/ cannot be reached");

    assertThat(pi("command", "lgo").exit()).isEqualTo(2);
    assertThat(pi("command", "log", "message").err())
        .startsWith("pi: a parameter is key=value, and this is 'message'");
    assertThat(pi("pipeline", "none.yaml").exit()).isEqualTo(2);

    hub.terminate();
    assertThat(hub.result().exit()).isZero();
    Result noHub = pi("command", "log");
    assertThat(noHub.exit()).isEqualTo(3);
    assertThat(noHub.err()).startsWith("pi: no hub is running; start one with pi hub");
  }

  @Test
  void the_commands_of_the_page_work_one_after_the_other() throws Exception {
    Path page = PiProcess.HOME.resolve("docs/hub.md");
    String pipeline = Files.readString(page).split("```yaml\n", -1)[1].split("```", -1)[0];
    Files.writeString(folder.resolve("hello.yaml"), pipeline);

    for (String command : Commands.of(page)) {
      try (PiProcess process =
          PiProcess.command(
              folder,
              environment -> environment.put("XDG_CONFIG_HOME", folder.toString()),
              List.of("sh", "-c", command))) {
        Result result = process.result();
        assertThat(result.exit()).as(command + "\n" + result).isZero();
      }
    }
    hub.awaitErr("greeted 2 people");
  }
}
