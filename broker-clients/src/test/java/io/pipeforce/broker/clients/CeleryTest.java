package io.pipeforce.broker.clients;

import io.pipeforce.test.internal.RealParts;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Celery, whose worker is a process of its own. */
class CeleryTest extends OnBothBrokers {

  @BeforeAll
  static void celery_is_there() {
    RealParts.here().assume("python3-celery");
  }

  @Test
  void a_worker_answers_tries_again_reports_failures_and_survives_the_loss_of_its_connection()
      throws Exception {
    run(List.of(RealParts.PYTHON, script("with_celery.py")));
  }
}
