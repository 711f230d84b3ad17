package io.pipeforce.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person reads, and what a script gets as exit code. */
class PiTest {
  private record Result(int exit, String out, String err) {}

  @Test
  void without_a_command_says_how_to_learn_them() {
    assertThat(pi()).isEqualTo(new Result(2, "", lines("pi: no command given", "Try: pi --help")));
  }

  @Test
  void with_an_unknown_command_suggests_the_one_that_was_meant() {
    assertThat(pi("sned", "key"))
        .isEqualTo(
            new Result(
                2,
                "",
                lines("pi: unknown command 'sned'", "Did you mean: pi send?", "Try: pi --help")));
  }

  @Test
  void with_an_unknown_option_suggests_the_one_that_was_meant() {
    assertThat(pi("send", "key", "--timout", "3s"))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result ->
            assertThat(result.err())
                .contains("Unknown option: '--timout'")
                .contains("Did you mean: --timeout?")
                .contains("Try: pi send --help"));
  }

  @Test
  void send_without_a_key_says_what_is_missing() {
    assertThat(pi("send"))
        .isEqualTo(
            new Result(
                2, "", lines("pi: Missing required parameter: 'KEY'", "Try: pi send --help")));
  }

  @Test
  void send_refuses_malformed_json_with_its_position() {
    assertThat(pi("send", "key", "{\"a\":}"))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result ->
            assertThat(result.err())
                .startsWith("pi: the payload is no JSON: line 1, column 6: ")
                .contains("; correct it, or say --content-type text/plain"));
  }

  @Test
  void send_refuses_a_timeout_without_wait() {
    assertThat(pi("send", "key", "--timeout", "3s").err()).startsWith("pi: --timeout needs --wait");
  }

  @Test
  void send_refuses_a_timeout_that_is_no_duration() {
    assertThat(pi("send", "key", "--wait", "--timeout", "soon"))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result ->
            assertThat(result.err())
                .contains(
                    "'soon' is no duration; write a number and ms, s, m or h, for example"
                        + " 10s"));
  }

  @Test
  void send_says_that_no_broker_answers_and_how_to_get_one() throws IOException {
    int port = freePort();

    assertThat(pi("send", "key", "--broker", "127.0.0.1:" + port))
        .isEqualTo(
            new Result(
                3,
                "",
                lines(
                    "pi: no broker answers at amqp://guest@127.0.0.1:" + port,
                    "Try: start a broker with pi dev or pi broker, or name another with --broker"
                        + " amqp://USER:PASSWORD@HOST:PORT")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Order", "1order", "order_service", "order-", "../order", "a/b", "", "ö"})
  void new_refuses_a_bad_name(String name) {
    assertThat(pi("new", name))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result ->
            assertThat(result.err())
                .startsWith(
                    "pi: '"
                        + name
                        + "' is no name for a service: it begins with a letter and has at"
                        + " most 63 small letters, digits and hyphens"));
  }

  @Test
  void new_refuses_a_folder_that_is_not_empty() {
    // The current folder of a test is its module's.
    assertThat(pi("new", "src"))
        .satisfies(result -> assertThat(result.exit()).isEqualTo(2))
        .satisfies(result ->
            assertThat(result.err())
                .contains("src exists already and is not empty; choose another name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "new", "test", "doctor", "completion"})
  void help_of_every_command_shows_its_use(String command) {
    assertThat(pi(command, "--help"))
        .satisfies(result -> assertThat(result.exit()).isZero())
        .satisfies(result -> assertThat(result.out()).contains("Usage: pi " + command))
        .satisfies(result -> assertThat(result.out()).containsAnyOf("Examples:", "Exit codes:"));
  }

  @Test
  void help_lists_all_commands_and_exit_codes() {
    assertThat(pi("--help").out())
        .contains("send", "new", "test", "doctor", "completion", "First steps:")
        .contains("Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 something it needs");
  }

  @Test
  void completion_knows_commands_and_options() {
    assertThat(pi("completion").out()).contains("complete", "send", "--header", "doctor");
  }

  @Test
  void doctor_names_the_jdk_it_runs_on() {
    assertThat(pi("doctor").out()).contains("ok      JDK: " + Runtime.version().feature());
  }

  private static Result pi(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine pi = Pi.commandLine(Pi.needed(Commands.all(), args));
    pi.setOut(new PrintWriter(out));
    pi.setErr(new PrintWriter(err));
    return new Result(pi.execute(args), out.toString(), err.toString());
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), List.of(lines)) + System.lineSeparator();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
