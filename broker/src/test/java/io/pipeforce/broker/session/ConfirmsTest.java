package io.pipeforce.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.model.DurableState;
import io.pipeforce.broker.wire.BasicMethod;
import io.pipeforce.broker.wire.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmsTest {
  private final List<Method> told = new ArrayList<>();
  private final Confirms confirms = new Confirms(DurableState.none(), told::add);

  private List<Method> flushed(String outcomes) {
    told.clear();
    outcomes.chars().forEach(outcome -> confirms.settled(outcome == '+', 0));
    confirms.flush();
    return told;
  }

  @Test
  void one_message_is_confirmed_by_itself() {
    assertThat(flushed("+")).containsExactly(new BasicMethod.Ack(1, false));
  }

  @Test
  void many_messages_are_confirmed_together() {
    assertThat(flushed("+++++")).containsExactly(new BasicMethod.Ack(5, true));
    assertThat(flushed("++")).containsExactly(new BasicMethod.Ack(7, true));
    assertThat(confirms.size()).isZero();
  }

  @Test
  void a_refused_message_ends_what_can_be_confirmed_together() {
    assertThat(flushed("++-++"))
        .containsExactly(
            new BasicMethod.Ack(2, true),
            new BasicMethod.Ack(4, false),
            new BasicMethod.Ack(5, false),
            new BasicMethod.Nack(3, false, true));
  }

  @Test
  void refusals_are_told_together_too() {
    assertThat(flushed("---")).containsExactly(new BasicMethod.Nack(3, true, true));
  }
}
