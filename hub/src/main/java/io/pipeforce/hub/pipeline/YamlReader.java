package io.pipeforce.hub.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2, of which JSON is a part. What would take too much room – a text too long, nested
 * too deep, or an alias that stands for millions of others – is refused.
 */
final class YamlReader {
  private static final int LONGEST = 1 << 20;
  private static final int MOST_PARTS = 100_000;
  private static final int DEEPEST = 100;

  private final String source;
  private final Set<Node> open = new HashSet<>();
  private int parts;

  private YamlReader(String source) {
    this.source = source;
  }

  /**
   * @throws PipelineProblemsException when it is not well-formed, or too much
   */
  static Tree read(String source, String text) {
    YamlReader reader = new YamlReader(source);
    if (text.length() > LONGEST) {
      throw reader.problem(Location.START, "the text is longer than 1 MiB");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setCodePointLimit(LONGEST)
            .setAllowDuplicateKeys(false)
            .setSchema(new CoreSchema())
            .build();
    try {
      return new Compose(settings)
          .composeString(text)
          .map(reader::tree)
          .orElseGet(() -> new Tree.Scalar(Location.START, null));
    } catch (MarkedYamlEngineException e) {
      throw reader.problem(
          location(e.getProblemMark()), "this is not YAML: " + String.valueOf(e.getProblem()));
    } catch (StackOverflowError _) {
      // The parser knows no limit of its own, and nothing of it has got out.
      throw reader.problem(Location.START, "lists and maps are nested too deep");
    } catch (YamlEngineException e) {
      throw reader.problem(Location.START, "this is not YAML: " + e.getMessage());
    }
  }

  private PipelineProblemsException problem(Location at, String what) {
    return new PipelineProblemsException(source, List.of(new Problem(at, what)));
  }

  private static Location location(Optional<Mark> mark) {
    return mark.map(at -> new Location(at.getLine() + 1, at.getColumn() + 1))
        .orElse(Location.START);
  }

  private Tree tree(Node node) {
    Location at = location(node.getStartMark());
    parts++;
    if (parts > MOST_PARTS) {
      throw problem(at, "the text has more than " + MOST_PARTS + " parts, aliases counted");
    }
    if (open.size() > DEEPEST || !open.add(node)) {
      throw problem(at, "lists and maps are nested too deep, or an alias stands for itself");
    }
    try {
      return switch (node) {
        case ScalarNode scalar -> new Tree.Scalar(at, value(scalar, at));
        case SequenceNode sequence ->
            new Tree.Items(at, sequence.getValue().stream().map(this::tree).toList());
        case MappingNode mapping -> fields(at, mapping);
        default -> throw problem(at, "a part of an unknown kind");
      };
    } finally {
      open.remove(node);
    }
  }

  private Tree.Fields fields(Location at, MappingNode mapping) {
    List<Tree.Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Location keyAt = location(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw problem(keyAt, "a name is expected here, and this is a list or a map");
      }
      if (!names.add(key.getValue())) {
        throw problem(keyAt, "'" + key.getValue() + "' is here twice");
      }
      fields.add(new Tree.Field(keyAt, key.getValue(), tree(tuple.getValueNode())));
    }
    return new Tree.Fields(at, fields);
  }

  /** By YAML's core schema. */
  private @Nullable Object value(ScalarNode scalar, Location at) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    // ${…} without quotes has a tag of its own, by which others read the environment.
    if (tag.equals(Tag.STR) || tag.equals(Tag.ENV_TAG)) {
      return text;
    } else if (tag.equals(Tag.NULL)) {
      return null;
    } else if (tag.equals(Tag.BOOL)) {
      return text.toLowerCase(Locale.ROOT).equals("true");
    } else if (tag.equals(Tag.INT)) {
      return integer(text);
    } else if (tag.equals(Tag.FLOAT)) {
      return decimal(text);
    }
    throw problem(at, "the tag " + tag.getValue() + " is not known here; leave it out");
  }

  private static Object integer(String text) {
    BigInteger value =
        text.startsWith("0o")
            ? new BigInteger(text.substring(2), 8)
            : text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Object decimal(String text) {
    String plain = text.toLowerCase(Locale.ROOT);
    if (plain.endsWith(".nan")) {
      return Double.NaN;
    } else if (plain.endsWith(".inf")) {
      return plain.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return new BigDecimal(plain).doubleValue();
  }
}
