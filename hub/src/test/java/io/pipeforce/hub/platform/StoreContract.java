package io.pipeforce.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.hub.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What every platform keeps for the hub. */
public abstract class StoreContract extends PlatformContract {
  private static final String KEY = "0b1e7a52-0001-4f9e-9a53-0123456789ab";
  private static final String TEXT = "{\"a\":\"ä€\\n\"}";

  private KeyValueStore store() {
    return platform().store("webhooks");
  }

  @Test
  void a_text_is_kept_until_it_is_deleted() {
    assertThat(store().get(KEY)).isEmpty();

    store().put(KEY, TEXT);
    store().put("other", "{}");

    assertThat(store().get(KEY)).contains(TEXT);
    assertThat(store().all()).containsOnlyKeys(KEY, "other").containsEntry("other", "{}");
    assertThat(store().delete("other")).isTrue();
    assertThat(store().delete("other")).isFalse();
    assertThat(store().all()).containsOnlyKeys(KEY);
  }

  @Test
  void a_text_takes_the_place_of_the_one_before() {
    store().put(KEY, "[1]");
    store().put(KEY, "[2]");

    assertThat(store().all()).containsOnlyKeys(KEY).containsEntry(KEY, "[2]");
  }

  @Test
  void what_is_kept_outlives_the_hub() {
    store().put(KEY, "[1]");
    store().put("gone", "[1]");
    store().delete("gone");

    tested().restart();

    assertThat(store().all()).containsOnlyKeys(KEY).containsEntry(KEY, "[1]");
  }

  @Test
  void each_kind_of_things_is_kept_by_itself() {
    store().put(KEY, "[1]");

    assertThat(platform().store("schedules").all()).isEmpty();
    assertThat(platform().store("schedules").delete(KEY)).isFalse();
    assertThat(store().get(KEY)).contains("[1]");
  }
}
