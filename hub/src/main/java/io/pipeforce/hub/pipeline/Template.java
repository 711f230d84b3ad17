package io.pipeforce.hub.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.jexl3.JexlExpression;
import org.jspecify.annotations.Nullable;

/**
 * A text with expressions in it, {@code ${…}} or, as older pipelines write it, {@code #{…}}. One
 * that is nothing but an expression has its value, whatever that is; any other is a text.
 */
final class Template {
  private sealed interface Part {}

  private record Literal(String text) implements Part {}

  private record Evaluated(JexlExpression expression) implements Part {}

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  static boolean isIn(String text) {
    return text.contains("${") || text.contains("#{");
  }

  /**
   * @throws IllegalArgumentException when an expression is wrong or does not end
   */
  static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int start = next(text, from);
      if (start < 0) {
        parts.add(new Literal(text.substring(from)));
        break;
      }
      if (start > from) {
        parts.add(new Literal(text.substring(from, start)));
      }
      int end = end(text, start + 2);
      parts.add(new Evaluated(Expressions.parse(text.substring(start + 2, end).strip())));
      from = end + 1;
    }
    return new Template(List.copyOf(parts));
  }

  private static int next(String text, int from) {
    int newer = text.indexOf("${", from);
    int older = text.indexOf("#{", from);
    return newer < 0 ? older : older < 0 ? newer : Math.min(newer, older);
  }

  /** Where the brace is that belongs to it, past braces and quotes inside. */
  private static int end(String text, int from) {
    int depth = 0;
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (quote != 0) {
        if (letter == '\\') {
          i++;
        } else if (letter == quote) {
          quote = 0;
        }
      } else if (letter == '\'' || letter == '"') {
        quote = letter;
      } else if (letter == '{') {
        depth++;
      } else if (letter == '}') {
        if (depth == 0) {
          return i;
        }
        depth--;
      }
    }
    throw new IllegalArgumentException(
        "the expression '" + text.substring(from - 2) + "' does not end; a } is missing");
  }

  /**
   * @throws IllegalArgumentException when an expression cannot be evaluated
   */
  @Nullable Object evaluate(Map<String, @Nullable Object> names) {
    if (parts.size() == 1 && parts.getFirst() instanceof Evaluated(JexlExpression only)) {
      return Expressions.evaluate(only, names);
    }
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Literal(String literal) -> text.append(literal);
        case Evaluated(JexlExpression expression) ->
            text.append(Values.text(Expressions.evaluate(expression, names)));
      }
    }
    return text.toString();
  }
}
