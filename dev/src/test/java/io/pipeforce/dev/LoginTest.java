package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calling a hub that was not started here: logins, progress, Ctrl-C. */
class LoginTest {
  @TempDir private static Path hubFolder;

  private static Broker broker;
  private static PiProcess hub;
  private static String url;
  private static String secret;

  /** Of somebody who does not run the hub. */
  @TempDir private Path folder;

  @BeforeAll
  static void startHub() throws Exception {
    broker = Broker.start(BrokerOptions.local());
    hub =
        PiProcess.start(
            hubFolder, hubFolder, "hub", "--port", "0", "--broker", broker.uri().toString());
    hub.awaitOut("\n");
    url = hub.wordAfter("ready: ");
    secret = Files.readString(hubFolder.resolve(".pi/hub/secret"));
  }

  @AfterAll
  static void stopHub() throws Exception {
    hub.close();
    broker.close();
  }

  private PiProcess start(Map<String, String> environment, String... args) throws Exception {
    return PiProcess.start(
        folder,
        given -> {
          given.put("XDG_CONFIG_HOME", folder.toString());
          given.putAll(environment);
        },
        args);
  }

  private Result pi(Map<String, String> environment, String typed, String... args)
      throws Exception {
    try (PiProcess pi = start(environment, args)) {
      pi.type(typed);
      return pi.result();
    }
  }

  private Result pi(String... args) throws Exception {
    return pi(Map.of(), "", args);
  }

  private Path login(String name) {
    return folder.resolve("pipeforce/logins/" + name + ".properties");
  }

  @Test
  void a_password_gets_a_token_that_commands_use_from_then_on() throws Exception {
    Result result = pi(Map.of(), secret + "\n", "login", url, "--profile", "far");

    assertThat(result).isEqualTo(new Result(0, "logged in at " + url + "/, profile far\n", ""));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(login("far"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(login("far"))).doesNotContain(secret);
    assertThat(pi("command", "--profile", "far", "body.set", "value=x"))
        .isEqualTo(new Result(0, "x\n", ""));
    assertThat(pi(Map.of("PIPEFORCE_PROFILE", "far"), "", "command", "body.set", "value=x"))
        .isEqualTo(new Result(0, "x\n", ""));
    // Only a login without a name is taken unasked.
    assertThat(pi("command", "body.set", "value=x").exit()).isEqualTo(3);
  }

  @Test
  void the_secret_of_the_environment_is_taken_for_a_login_without_a_name() throws Exception {
    for (String given : List.of("Basic pipeforce:" + secret, "Apitoken " + secret)) {
      Result result = pi(Map.of("PIPEFORCE_SECRET", given), "", "login", url);
      assertThat(result.exit()).as(result.toString()).isZero();
      assertThat(pi("command", "body.set", "value=x").out()).isEqualTo("x\n");
    }
  }

  @Test
  void a_login_that_is_refused_leaves_nothing_behind() throws Exception {
    Result wrong = pi(Map.of(), "wrong\n", "login", url);
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("does not let you in: user or password is wrong\n");
    assertThat(pi(Map.of("PIPEFORCE_SECRET", "Apitoken x"), "", "login", url).exit()).isEqualTo(1);
    assertThat(pi(Map.of(), secret + "\n", "login", url, "--user", "x").exit()).isEqualTo(1);
    assertThat(pi("login", url).err()).startsWith("pi: no password");
    assertThat(pi(Map.of(), "x\n", "login", "http://127.0.0.1:1").exit()).isEqualTo(3);
    assertThat(pi("login", "hub.example.com").exit()).isEqualTo(2);
    assertThat(pi("login", url, "--profile", "../x").exit()).isEqualTo(2);
    assertThat(pi("login", url, "--profile", "dev").exit()).isEqualTo(2);
    assertThat(folder.resolve("pipeforce")).doesNotExist();

    Result unknown = pi("command", "--profile", "far", "log");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .isEqualTo("pi: there is no profile 'far'; make it with pi login URL --profile far\n");
  }

  @Test
  void a_token_that_has_ended_is_told_with_the_remedy() throws Exception {
    Files.createDirectories(login("old").getParent());
    Files.writeString(login("old"), "hub=" + url + "\nrefreshToken=a.b\n");

    Result result = pi("command", "--profile", "old", "log");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).endsWith("\nTry: pi login " + url + "/\n");
  }

  @Test
  void a_pipeline_is_read_from_standard_input_as_yaml_or_json() throws Exception {
    Map<String, String> environment =
        Map.of("PIPEFORCE_HUB_URL", url, "PIPEFORCE_SECRET", "Apitoken " + secret);
    String json = "{\"pipeline\": [{\"body.set\": {\"value\": {\"a\": 1}}}]}";

    assertThat(pi(environment, "pipeline: [{body.set: {value: x}}]", "pipeline", "-").out())
        .isEqualTo("x\n");
    assertThat(pi(environment, json, "pipeline", "--json", "-").out()).isEqualTo("{\"a\":1}\n");
    Files.writeString(folder.resolve("a.json"), json);
    assertThat(pi(environment, "", "pipeline", "--json", "a.json").out()).isEqualTo("{\"a\":1}\n");
    Result wrong = pi(environment, "{\"pipeline\": [{\"lgo\": {}}]}", "pipeline", "-");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("pi: stdin:1:16: unknown command 'lgo'");
  }

  @Test
  void what_takes_time_is_told_and_ctrl_c_ends_it_on_the_hub_as_well() throws Exception {
    Map<String, String> environment =
        Map.of("PIPEFORCE_HUB_URL", url, "PIPEFORCE_SECRET", "Apitoken " + secret);
    try (PiProcess pi = start(environment, "command", "wait", "time=10m")) {
      pi.awaitErr("waiting for wait … 2 s\n");

      pi.signal("INT");

      assertThat(pi.result().exit()).isEqualTo(130);
    }
    hub.awaitErr("wait was given up, since its client went away");
  }

  @Test
  void at_a_terminal_the_seconds_are_counted_in_one_line_that_goes_away() throws Exception {
    try (PiProcess terminal =
        PiProcess.command(
            folder,
            environment -> {
              environment.put("PIPEFORCE_HUB_URL", url);
              environment.put("PIPEFORCE_SECRET", "Apitoken " + secret);
            },
            List.of(
                "script",
                "-qec",
                "pi command wait time=4s; pi command body.set value=x",
                "/dev/null"))) {
      assertThat(terminal.result().out())
          .matches("\rwaiting for wait … 2 s(\rwaiting for wait … [3-9] s)+\r\u001b\\[Kx\r\n");
    }
  }

  @Test
  void an_event_goes_by_the_hub_of_the_chosen_profile() throws Exception {
    pi(Map.of(), secret + "\n", "login", url, "--profile", "far");
    Map<String, String> far = Map.of("PIPEFORCE_PROFILE", "far");

    assertThat(pi(far, "", "send", "order.created", "{\"id\":7}", "--header", "a=b"))
        .isEqualTo(new Result(0, "sent order.created by the hub at " + url + "/\n", ""));
    Result request = pi(far, "", "send", "order.created", "--wait");
    assertThat(request.exit()).isEqualTo(2);
    assertThat(request.err()).contains("name its broker for --wait: --broker");
  }
}
