package io.pipeforce.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker must see what is wrong: each test makes one thing wrong in a run that went well. */
class CheckerTest {
  private static final int MESSAGES = 20_000;

  @TempDir private Path folder;
  private final Traffic traffic = new Traffic(3, MESSAGES, 1);
  private final Leftovers leftovers = new Leftovers();
  private Journal confirmed;
  private Journal handled;
  private Journal answered;

  @BeforeEach
  void open() throws Exception {
    confirmed = new Journal(folder.resolve("confirmed"));
    handled = new Journal(folder.resolve("service-1-1.journal"));
    answered = new Journal(folder.resolve("answered"));
  }

  /** Everything as it should be, except what this handler has to do with this message. */
  private void allBut(Handler but, IntPredicate which) throws Exception {
    for (int id = 0; id < MESSAGES; id++) {
      number(confirmed, id);
      for (Handler handler : traffic.kind(id).handlers()) {
        if (handler == but && which.test(id)) {
          continue;
        }
        if (handler == Handler.POISON) {
          leftovers.bury(new Leftovers.Dead(handler, id, "delivery_limit"));
        } else if (traffic.death(id).isPresent()) {
          leftovers.bury(new Leftovers.Dead(handler, id, traffic.death(id).get()));
        } else {
          handle(handler, id);
        }
      }
      if (traffic.kind(id) == Kind.RELAY && !(but == Handler.ECHO && which.test(id))) {
        handle(Handler.ECHO, id);
      }
    }
    for (int id = 0; id < traffic.requests(); id++) {
      number(answered, id);
      handle(Handler.ANSWER, id);
    }
  }

  private void handle(Handler handler, int id) {
    var _ = handled.append(new Entry(handler, id, 1, id).bytes());
  }

  private static void number(Journal journal, int id) {
    var _ = journal.append(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
  }

  private int first(Kind kind) {
    return IntStream.range(0, MESSAGES)
        .filter(id -> traffic.kind(id) == kind)
        .findFirst()
        .orElseThrow();
  }

  private Checker.Verdict verdict() throws Exception {
    confirmed.close();
    handled.close();
    answered.close();
    Evidence evidence = new Evidence(folder);
    evidence.look();
    return Checker.check(traffic, evidence, leftovers);
  }

  @Test
  void a_run_that_went_well_is_good() throws Exception {
    allBut(Handler.FAST, id -> false);

    Checker.Verdict verdict = verdict();

    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.lost()).isZero();
  }

  @Test
  void a_message_that_one_of_two_handlers_did_not_see_is_lost() throws Exception {
    int missing = first(Kind.BOTH);
    allBut(Handler.SECOND, id -> id == missing);

    Checker.Verdict verdict = verdict();

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.problems())
        .singleElement()
        .asString()
        .contains("LOST by second, such as [" + missing);
  }

  @Test
  void an_event_that_a_handler_did_not_publish_is_lost() throws Exception {
    allBut(Handler.ECHO, id -> id == first(Kind.RELAY));

    assertThat(verdict().lost()).isEqualTo(1);
  }

  @Test
  void a_dead_letter_that_is_not_there_is_lost() throws Exception {
    allBut(Handler.REJECT, id -> id == first(Kind.REJECT));

    assertThat(verdict().lost()).isEqualTo(1);
  }

  @Test
  void a_dead_letter_for_another_reason_is_reported() throws Exception {
    int odd = first(Kind.REJECT);
    allBut(Handler.REJECT, id -> id == odd);
    leftovers.bury(new Leftovers.Dead(Handler.REJECT, odd, "no idea"));

    Checker.Verdict verdict = verdict();

    assertThat(verdict.lost()).isZero();
    assertThat(verdict.problems()).singleElement().asString().contains("no idea");
  }

  @Test
  void a_message_that_is_still_in_its_queue_is_not_lost_but_stuck() throws Exception {
    int waiting = first(Kind.ORDERED);
    allBut(Handler.ORDERED, id -> id == waiting);
    leftovers.wait(Handler.ORDERED, waiting);

    Checker.Verdict verdict = verdict();

    assertThat(verdict.lost()).isZero();
    assertThat(verdict.problems())
        .singleElement()
        .asString()
        .contains("left in the handlers' queues");
  }

  @Test
  void a_message_handled_after_a_later_one_breaks_the_order_and_a_repetition_does_not()
      throws Exception {
    int one = first(Kind.ORDERED);
    allBut(Handler.ORDERED, id -> id == one);
    var _ = handled.append(new Entry(Handler.ORDERED, one, 1, MESSAGES + 1).bytes());
    // A repetition.
    var _ = handled.append(new Entry(Handler.ORDERED, one, 1, MESSAGES + 2).bytes());

    assertThat(verdict().problems()).singleElement().asString().contains("order: 1 violation");
  }
}
