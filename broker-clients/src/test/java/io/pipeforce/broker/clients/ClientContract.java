package io.pipeforce.broker.clients;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A client's program, which takes the scenario as its argument. */
abstract class ClientContract extends OnBothBrokers {
  /** How to start the program. */
  abstract List<String> command(String scenario);

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
    run(command(scenario));
  }
}
