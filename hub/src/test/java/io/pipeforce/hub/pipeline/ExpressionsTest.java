package io.pipeforce.hub.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {
  private final Map<String, @Nullable Object> names = new HashMap<>();

  private @Nullable Object evaluate(String text) {
    names.put("body", Map.of("name", "Ada", "items", List.of(3L, 4L)));
    return Expressions.evaluate(Expressions.parse(text), names);
  }

  @Test
  void values_are_read_compared_and_joined() {
    assertThat(evaluate("body.name + '!'")).isEqualTo("Ada!");
    assertThat(evaluate("body.items[1] * 2")).isEqualTo(8L);
    assertThat(evaluate("body.name == 'Ada' && body.items.size() > 1")).isEqualTo(true);
    assertThat(evaluate("body.missing")).isNull();
    assertThat(evaluate("body.class")).isNull();
    assertThat(evaluate("body.missing?.deeper")).isNull();
    assertThatThrownBy(() -> evaluate("body.missing.deeper"))
        .hasMessageContaining("'missing' is not there; write a?.b");
    assertThat(evaluate("body.missing ?: 'none'")).isEqualTo("none");
    assertThat(evaluate("body.name.toUpperCase().substring(1)")).isEqualTo("DA");
    assertThat(evaluate("body.name =~ ['Ada', 'Bob']")).isEqualTo(true);
  }

  @Test
  void an_unknown_name_is_an_error_that_tells_which_there_are() {
    assertThatThrownBy(() -> evaluate("bdy.name"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no 'bdy' in 'bdy.name', only body, vars, headers, request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "body.getClass()",
        "''.class.forName('java.lang.Runtime')",
        "''.getClass().forName('java.lang.Runtime')",
        "body.name.getClass()",
        "new('java.io.File', '/etc/passwd')",
        "new java.io.File('/etc/passwd')",
        "java.lang.System.exit(1)",
        "T(java.lang.Runtime).getRuntime()",
        "body.name.repeat(1000000000)",
        "body.name.matches('(a+)+b')",
        "body.name.chars()",
        "body.items.stream()",
        "body.items.iterator()",
        "body.put('a', 1)",
        "body.items.add(1)",
        "body.name = 'x'",
        "vars = 1",
        "body.items[0] = 1",
        "while (true) {}",
        "for (var x : body.items) { x }",
        "var f = (x) -> x; f(1)",
        "(x) -> x",
        "#pragma jexl.import java.io\n1",
        "@silent body",
        "size(body); 1",
        "body.wait()",
        "body.notify()",
        "body.hashCode()"
      })
  void nothing_but_data_can_be_reached(String text) {
    assertThatThrownBy(() -> evaluate(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
