package io.pipeforce.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs a program that uses a client, once per scenario, on the dev broker and on the RabbitMQ that
 * it follows.
 *
 * <p>The program takes the scenario as its argument and from the environment {@code AMQP_URL},
 * {@code MANAGEMENT_URL} and {@code NAME}, with which all names that it makes begin. It checks
 * itself: it ends with 0, or says what is wrong. On its line {@code cut 2} two connections or more,
 * all it has, are closed by the broker.
 */
abstract class ClientContract extends OnBothBrokers {
  private static final Pattern CUT = Pattern.compile("cut (\\d+)");

  /** How to start the program. */
  abstract List<String> command(String scenario);

  static String script(String file) {
    return Path.of("src/test/clients", file).toAbsolutePath().toString();
  }

  @Test
  void workers_share_the_tasks_and_one_that_gives_up_leaves_its_task_to_another() throws Exception {
    run("work-queues");
  }

  @Test
  void what_is_rejected_or_expires_or_does_not_fit_becomes_a_dead_letter_that_says_why()
      throws Exception {
    run("dead-letters");
  }

  @Test
  void after_its_connections_were_cut_it_goes_on_and_no_message_is_lost() throws Exception {
    run("reconnect");
  }

  void run(String scenario) throws Exception {
    Operator operator = new Operator(broker);
    Program.Result result =
        Program.run(
            command(scenario),
            Map.of(
                "AMQP_URL",
                broker.uri() + "/%2F",
                "MANAGEMENT_URL",
                broker.management().orElseThrow().toString(),
                "NAME",
                name),
            line -> {
              Matcher cut = CUT.matcher(line);
              if (cut.matches()) {
                operator.cut(name, Integer.parseInt(cut.group(1)));
              }
            });
    assertThat(result.exit()).as("%s, output:%n%s", scenario, result.output()).isZero();
  }
}
