package io.pipeforce.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static Change.PutMessage put(long key) {
    return new Change.PutMessage(key, 1, () -> new byte[1]);
  }

  @Test
  void a_message_that_comes_and_goes_within_a_batch_is_not_written() {
    Batch batch = Batch.of(List.of(put(1), put(2), new Change.RemoveMessage(1)));

    assertThat(batch.messages()).extracting(Change.PutMessage::key).containsExactly(2L);
    assertThat(batch.removed()).isEmpty();
  }

  @Test
  void a_message_of_an_earlier_batch_is_removed() {
    Batch batch = Batch.of(List.of(new Change.RemoveMessage(1), put(2)));

    assertThat(batch.removed()).containsExactly(1L);
  }

  @Test
  void the_last_count_of_returns_is_the_one_that_counts_while_the_message_is_there() {
    Batch batch =
        Batch.of(
            List.of(
                new Change.CountReturns(1, 1),
                new Change.CountReturns(2, 1),
                new Change.CountReturns(1, 2),
                new Change.RemoveMessage(2)));

    assertThat(batch.returns()).containsOnly(Map.entry(1L, 2));
  }

  @Test
  void definitions_stay_in_their_order() {
    Change declared = new Change.PutDefinition("queue a", new byte[1]);
    Change deleted = new Change.RemoveDefinition("queue a");

    assertThat(Batch.of(List.of(declared, deleted, declared)).definitions())
        .containsExactly(declared, deleted, declared);
  }
}
