package io.pipeforce.cli;

import java.io.StringWriter;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** The little JSON that commands read and write, by the streaming parser: data binding is slow. */
final class Json {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private Json() {}

  static String quoted(String text) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), json)) {
      generator.writeString(text);
    }
    return json.toString();
  }

  /** A text at the top of an object; empty when it is not there. */
  static Optional<String> field(String json, String name) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isIt = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (isIt && value == JsonToken.VALUE_STRING) {
          return Optional.of(parser.getString());
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /** The same with line breaks, for people; what is no JSON stays as it is. */
  static String pretty(String json) {
    StringWriter out = new StringWriter();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json);
        JsonGenerator generator =
            FACTORY.createGenerator(
                new ObjectWriteContext.Base() {
                  @Override
                  public DefaultPrettyPrinter getPrettyPrinter() {
                    return new DefaultPrettyPrinter();
                  }
                },
                out)) {
      while (parser.nextToken() != null) {
        generator.copyCurrentEventExact(parser);
      }
    } catch (JacksonException _) {
      return json;
    }
    return out.toString();
  }
}
