package io.pipeforce.hub.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a pipeline of a tree, or finds all that is wrong with it. Used once. */
final class Checker {
  private static final List<String> TOP = List.of("headers", "vars", "pipeline");

  /** What every command takes. */
  static final List<String> COMMON = List.of("id", "if", "onError", "eval", "output", "timeout");

  private static final Kind ON_ERROR = new Kind.Choice(List.of(OnError.values()));
  private static final Kind TIME = new Kind.Time();
  private static final Pattern VARIABLE =
      Pattern.compile("(?:[$#]\\{\\s*)?(?:vars\\.)?([A-Za-z_]\\w*)(?:\\s*})?");

  private final String source;
  private final Map<String, Command<?>> commands = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private OnError onCommandError = OnError.THROW;

  Checker(String source, List<Command<?>> commands) {
    this.source = source;
    commands.forEach(command -> this.commands.put(command.name(), command));
  }

  /**
   * @throws PipelineProblemsException with all that is wrong
   */
  Pipeline pipeline(Tree tree) {
    Map<String, Prepared> headers = new LinkedHashMap<>();
    Map<String, Prepared> vars = new LinkedHashMap<>();
    Steps steps = new Steps(source, List.of());
    if (!(tree instanceof Tree.Fields(Location at, List<Tree.Field> fields))) {
      problem(tree.at(), "a pipeline is a map with the key 'pipeline', and this is " + tree.kind());
    } else {
      for (Tree.Field field : fields) {
        switch (field.name()) {
          case "headers" -> headers.putAll(headers(field));
          case "vars" -> vars.putAll(prepareAll(field));
          case "pipeline" -> {}
          default ->
              problem(
                  field.at(), unknown("'" + field.name() + "'", field.name(), TOP) + allowed(TOP));
        }
      }
      // Last, since headers decide what happens when a command fails.
      Optional<Tree.Field> list = field(fields, "pipeline");
      if (list.isPresent()) {
        steps = steps(list.get());
      } else {
        problem(at, "the key 'pipeline' with the list of commands is missing");
      }
    }
    if (!problems.isEmpty()) {
      problems.sort(
          Comparator.comparingInt((Problem each) -> each.at().line())
              .thenComparingInt(each -> each.at().column()));
      throw new PipelineProblemsException(source, problems);
    }
    return new Pipeline(headers, vars, steps);
  }

  private static Optional<Tree.Field> field(List<Tree.Field> fields, String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  private Map<String, Prepared> headers(Tree.Field headers) {
    if (headers.value() instanceof Tree.Fields(_, List<Tree.Field> fields)) {
      field(fields, "onCommandError")
          .flatMap(field -> literal(field, ON_ERROR))
          .ifPresent(value -> onCommandError = (OnError) value);
    }
    return prepareAll(headers);
  }

  private Map<String, Prepared> prepareAll(Tree.Field map) {
    Map<String, Prepared> prepared = new LinkedHashMap<>();
    switch (map.value()) {
      case Tree.Fields(_, List<Tree.Field> fields) ->
          fields.forEach(field -> prepared.put(field.name(), prepare(field.value())));
      case Tree.Scalar(_, Object value) when value == null -> {}
      case Tree other ->
          problem(other.at(), "'" + map.name() + "' must be a map, was: " + other.kind());
    }
    return prepared;
  }

  private Steps steps(Tree.Field list) {
    List<Step> steps = new ArrayList<>();
    if (!(list.value() instanceof Tree.Items(_, List<Tree> items))) {
      problem(
          list.value().at(),
          "'%s' must be a list of commands, each beginning with '- ', was: %s"
              .formatted(list.name(), list.value().kind()));
      return new Steps(source, steps);
    }
    for (Tree item : items) {
      if (item instanceof Tree.Fields(_, List<Tree.Field> fields) && fields.size() == 1) {
        step(fields.getFirst()).ifPresent(steps::add);
      } else if (item instanceof Tree.Scalar(Location at, String name)) {
        step(new Tree.Field(at, name, new Tree.Scalar(at, null))).ifPresent(steps::add);
      } else {
        problem(
            item.at(),
            item instanceof Tree.Fields
                ? "a step is one command; its parameters are indented below it, four blanks more"
                : "a step is a command with its parameters, and this is " + item.kind());
      }
    }
    return new Steps(source, steps);
  }

  private Optional<Step> step(Tree.Field field) {
    Command<?> command = commands.get(field.name());
    if (command == null) {
      problem(
          field.at(), unknown("command '" + field.name() + "'", field.name(), commands.keySet()));
      return Optional.empty();
    }
    List<Tree.Field> given =
        switch (field.value()) {
          case Tree.Fields(_, List<Tree.Field> fields) -> fields;
          case Tree.Scalar(_, Object value) when value == null -> List.of();
          case Tree other -> {
            problem(
                other.at(),
                "'%s' takes parameters by name (%s), and this is %s"
                    .formatted(
                        command.name(),
                        Parameters.of(command.arguments()).synopsis(),
                        other.kind()));
            yield List.of();
          }
        };
    return Optional.of(step(field.at(), command, given));
  }

  private <A extends Record> Step step(Location at, Command<A> command, List<Tree.Field> given) {
    Parameters<A> parameters = Parameters.of(command.arguments());
    Map<String, Prepared> arguments = new LinkedHashMap<>();
    for (Tree.Field field : given) {
      Optional<Parameters.Parameter> parameter = parameters.find(field.name());
      if (parameter.isPresent()) {
        arguments.put(field.name(), argument(field, parameter.get().kind()));
      } else if (!COMMON.contains(field.name())) {
        List<String> known = Stream.concat(parameters.names().stream(), COMMON.stream()).toList();
        problem(
            field.at(),
            unknown(
                    "parameter '%s' of %s".formatted(field.name(), command.name()),
                    field.name(),
                    known)
                + allowed(known));
      }
    }
    for (Parameters.Parameter parameter : parameters.all()) {
      if (parameter.required() && !arguments.containsKey(parameter.name())) {
        problem(
            at,
            "%s needs the parameter '%s': %s"
                .formatted(command.name(), parameter.name(), parameter.about()));
      }
    }
    field(given, "id").ifPresent(this::id);
    return new Step(
        at,
        new Step.Bound<>(command, parameters, arguments),
        field(given, "if").map(Tree.Field::value).map(this::prepare),
        field(given, "onError")
            .flatMap(field -> literal(field, ON_ERROR))
            .map(OnError.class::cast)
            .orElse(onCommandError),
        field(given, "eval").map(Tree.Field::value).map(this::prepare),
        field(given, "output").flatMap(this::variable),
        field(given, "timeout").flatMap(field -> literal(field, TIME)).map(Duration.class::cast));
  }

  private Prepared argument(Tree.Field field, Kind kind) {
    if (kind instanceof Kind.Nested) {
      return new Prepared.Constant(steps(field));
    }
    Prepared prepared = prepare(field.value());
    if (prepared instanceof Prepared.Constant(Object value) && value != null) {
      convert(field, kind, value);
    }
    return prepared;
  }

  private void id(Tree.Field field) {
    if (!ids.add(String.valueOf(field.value().plain()))) {
      problem(field.at(), "the id " + field.value().kind() + " is here twice");
    }
  }

  private Optional<String> variable(Tree.Field field) {
    Matcher matcher = VARIABLE.matcher(String.valueOf(field.value().plain()));
    if (!matcher.matches()) {
      problem(
          field.value().at(),
          "'output' names a variable, as in ${vars.answer}, and this is " + field.value().kind());
      return Optional.empty();
    }
    return matcher.group(1).equals("body") ? Optional.empty() : Optional.of(matcher.group(1));
  }

  /** Of those that no expression can give. */
  private Optional<Object> literal(Tree.Field field, Kind kind) {
    Object value = field.value().plain();
    return value == null ? Optional.empty() : convert(field, kind, value);
  }

  private Optional<Object> convert(Tree.Field field, Kind kind, Object value) {
    try {
      return Optional.of(kind.convert(value));
    } catch (IllegalArgumentException e) {
      problem(field.value().at(), "'" + field.name() + "' " + e.getMessage());
      return Optional.empty();
    }
  }

  private Prepared prepare(Tree tree) {
    return switch (tree) {
      case Tree.Scalar(Location at, String text) when Template.isIn(text) -> template(at, text);
      case Tree.Scalar(_, Object value) -> new Prepared.Constant(value);
      case Tree.Items(_, List<Tree> items) -> {
        List<Prepared> prepared = items.stream().map(this::prepare).toList();
        yield prepared.stream().allMatch(Prepared.Constant.class::isInstance)
            ? new Prepared.Constant(tree.plain())
            : new Prepared.ListOf(prepared);
      }
      case Tree.Fields(_, List<Tree.Field> fields) -> {
        Map<String, Prepared> prepared = new LinkedHashMap<>();
        fields.forEach(field -> prepared.put(field.name(), prepare(field.value())));
        yield prepared.values().stream().allMatch(Prepared.Constant.class::isInstance)
            ? new Prepared.Constant(tree.plain())
            : new Prepared.MapOf(prepared);
      }
    };
  }

  private Prepared template(Location at, String text) {
    try {
      return new Prepared.Templated(Template.parse(text));
    } catch (IllegalArgumentException e) {
      problem(at, String.valueOf(e.getMessage()));
      return new Prepared.Constant(text);
    }
  }

  private void problem(Location at, @Nullable String what) {
    problems.add(new Problem(at, String.valueOf(what)));
  }

  private static String unknown(String what, String name, Iterable<String> known) {
    return "unknown "
        + what
        + Similar.to(name, known).map(s -> "; did you mean " + s + "?").orElse("");
  }

  private static String allowed(List<String> names) {
    return " (there are: " + String.join(", ", names) + ")";
  }
}
