package io.pipeforce.hub.pipeline;

import java.util.List;
import java.util.Map;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlException;
import org.apache.commons.jexl3.JexlExpression;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.JexlScript;
import org.apache.commons.jexl3.MapContext;
import org.jspecify.annotations.Nullable;

/** The language of expressions: Commons JEXL 3, without all that makes a program. */
final class Expressions {
  /** What expressions see. */
  private static final List<String> NAMES = List.of("body", "vars", "headers", "request");

  private static final JexlFeatures FEATURES =
      JexlFeatures.createNone()
          .methodCall(true)
          .structuredLiteral(true)
          .arrayReferenceExpr(true)
          .comparatorNames(true);

  private static final JexlEngine ENGINE =
      new JexlBuilder()
          .permissions(new ExpressionPermissions())
          .features(FEATURES)
          .strict(true)
          // body.a is null when it is missing; body.a.b is an error then, and body.a?.b is null.
          .safe(false)
          .silent(false)
          .cancellable(true)
          .cache(512)
          .create();

  private Expressions() {}

  /**
   * @throws IllegalArgumentException when it is none, or uses a name that there never is
   */
  static JexlExpression parse(String text) {
    try {
      JexlExpression expression = ENGINE.createExpression(text);
      for (List<String> variable : ((JexlScript) expression).getVariables()) {
        if (!NAMES.contains(variable.getFirst())) {
          throw new IllegalArgumentException(
              "there is no '%s' in '%s', only %s"
                  .formatted(variable.getFirst(), text, String.join(", ", NAMES)));
        }
      }
      return expression;
    } catch (JexlException e) {
      throw new IllegalArgumentException("'" + text + "' is not an expression: " + reason(e), e);
    }
  }

  /**
   * @throws IllegalArgumentException when it cannot be evaluated
   */
  static @Nullable Object evaluate(JexlExpression expression, Map<String, @Nullable Object> names) {
    try {
      return expression.evaluate(new MapContext(names));
    } catch (JexlException e) {
      throw new IllegalArgumentException(
          "'" + expression.getSourceText() + "' cannot be evaluated: " + reason(e), e);
    }
  }

  private static String reason(JexlException e) {
    return switch (e) {
      case JexlException.Method method -> "'" + method.getMethod() + "' may not be called";
      case JexlException.Property property ->
          "'%s' is not there; write a?.b where a may be missing"
              .formatted(property.getProperty().replaceFirst("^\\.", ""));
      case JexlException.Parsing parsing -> parsing.getDetail();
      default -> {
        Throwable cause = e.getCause();
        yield cause == null || cause.getMessage() == null
            ? "an operand is null or of the wrong type"
            : cause.getMessage();
      }
    };
  }
}
