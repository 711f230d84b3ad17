package io.pipeforce.broker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed page tells what the suite checks: same rows, same differences, nothing failing. */
class ParityPageTest {

  @Test
  void the_page_tells_what_the_suite_checks() throws Exception {
    String page = new ParityPage(Behaviour.all(), ParityExtension::expected).text();

    assertThat(Files.readString(Path.of("../docs/broker-parity.md")))
        .as("docs/broker-parity.md; write it anew by running broker-contract/parity")
        .isEqualTo(page);
  }
}
