package service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HelloServiceTest {

  @Test
  void prints_the_body() {
    PrintStream terminal = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      new HelloService().greeting("{\"hello\":\"world\"}");
    } finally {
      System.setOut(terminal);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("GREETING CALLED. BODY: {\"hello\":\"world\"}");
  }
}
