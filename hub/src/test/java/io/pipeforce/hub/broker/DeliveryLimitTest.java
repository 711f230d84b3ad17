package io.pipeforce.hub.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DeliveryLimitTest {
  private static OptionalLong limit(String version, String json) {
    return DeliveryLimit.of(JsonMapper.shared().readTree(json.replace('\'', '"')), version);
  }

  @Test
  void a_classic_queue_has_none() {
    assertThat(limit("4.0.5", "{'type':'classic','arguments':{'x-delivery-limit':3}}")).isEmpty();
  }

  @Test
  void the_least_of_argument_and_policy_counts() {
    String both =
        "{'type':'quorum','arguments':{'x-delivery-limit':3},"
            + "'effective_policy_definition':{'delivery-limit':2}}";
    assertThat(limit("4.0.5", both)).hasValue(2);
    assertThat(limit("3.10.8", both)).hasValue(2);
  }

  @Test
  void by_default_it_is_20_from_4_on_and_none_before() {
    assertThat(limit("4.0.5", "{'type':'quorum','arguments':{}}")).hasValue(20);
    assertThat(limit("3.10.8", "{'type':'quorum','arguments':{}}")).isEmpty();
  }

  @Test
  void less_than_none_is_no_limit_from_4_on_and_none_at_all_before() {
    String unlimited = "{'type':'quorum','arguments':{'x-delivery-limit':-1}}";
    assertThat(limit("4.3.6", unlimited)).isEmpty();
    assertThat(limit("3.10.8", unlimited)).hasValue(0);
  }
}
