package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.pipeline.Steps;
import io.pipeforce.hub.pipeline.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code foreach}. */
final class Foreach implements Command<Foreach.Arguments> {
  record Arguments(
      @Param("A list, or a map whose entries have a key and a value.") Object in,
      @Param(value = "Name of the variable that holds the item.", or = "item") String as,
      @Param("What is run for each item, in the order of the list.") Steps pipeline) {}

  @Override
  public String name() {
    return "foreach";
  }

  @Override
  public String about() {
    return "Runs steps for each item of a list.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    for (Object item : items(arguments.in())) {
      scope.var(arguments.as(), item);
      arguments.pipeline().run(scope);
    }
    return Outcome.UNCHANGED;
  }

  private static Collection<?> items(Object in) {
    return switch (in) {
      case Collection<?> collection -> new ArrayList<>(collection);
      case Map<?, ?> map -> entries(map);
      default ->
          throw new CommandException(
              "the parameter 'in' must be a list or a map, was: " + Values.text(in));
    };
  }

  private static List<Map<String, @Nullable Object>> entries(Map<?, ?> map) {
    List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    map.forEach((key, value) -> {
      Map<String, @Nullable Object> entry = new LinkedHashMap<>();
      entry.put("key", key);
      entry.put("value", value);
      entries.add(entry);
    });
    return entries;
  }
}
