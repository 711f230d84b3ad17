package io.pipeforce.broker.clients;

import org.junit.jupiter.api.Test;

/** For clients that can also ask, and can know what became of what they published. */
abstract class FullClientContract extends ClientContract {

  @Test
  void requests_get_their_own_answers() throws Exception {
    run("rpc");
  }

  @Test
  void the_broker_confirms_what_it_took_refuses_what_does_not_fit_and_returns_what_no_queue_wants()
      throws Exception {
    run("confirms");
  }
}
