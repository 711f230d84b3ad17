package io.pipeforce.test.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Puts into every build's output what it was run with, and fails it when something required is
 * missing.
 */
class RealPartsTest {

  @Test
  void the_build_tells_with_which_real_parts_it_ran_and_has_all_that_PI_REQUIRE_names() {
    System.out.println(RealBrokers.describe());

    assertThat(RealBrokers.present()).extracting(TestBroker::name).isSubsetOf(RealBrokers.KNOWN);
  }
}
