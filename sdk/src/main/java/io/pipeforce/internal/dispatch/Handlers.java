package io.pipeforce.internal.dispatch;

import io.pipeforce.BaseService;
import io.pipeforce.ConfigurationException;
import io.pipeforce.Event;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** Finds the handlers of services and checks them all before anything runs. */
public final class Handlers {
  private final PayloadCodec codec;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();

  private Handlers(PayloadCodec codec) {
    this.codec = codec;
  }

  /**
   * The handlers of these services, in the order of their names.
   *
   * @throws ConfigurationException naming everything that is wrong with any of them
   */
  public static List<HandlerMethod> of(List<? extends BaseService> services, PayloadCodec codec) {
    Handlers handlers = new Handlers(codec);
    List<HandlerMethod> found = new ArrayList<>();
    for (BaseService service : services) {
      found.addAll(handlers.of(service));
    }
    if (!handlers.problems.isEmpty()) {
      throw new ConfigurationException(handlers.problems);
    }
    return found;
  }

  private List<HandlerMethod> of(BaseService service) {
    return eventMethods(service.getClass())
        .map(method -> handler(service, method))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * All methods with the annotation, also those that cannot be handlers, so that none is ignored.
   */
  private static Stream<Method> eventMethods(Class<?> type) {
    return Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Event.class) && !method.isBridge())
        .distinct()
        .sorted(Handlers::byName);
  }

  private static int byName(Method one, Method other) {
    int names = one.getName().compareTo(other.getName());
    return names != 0 ? names : one.toString().compareTo(other.toString());
  }

  private Optional<HandlerMethod> handler(BaseService service, Method method) {
    Event event = method.getAnnotation(Event.class);
    String where = describe(service.getClass(), method);
    String name = service.getClass().getSimpleName() + "." + method.getName();
    int before = problems.size();
    if (!names.add(name)) {
      problems.add(
          where
              + ": there is another handler with the name "
              + name
              + ", and a handler's queue is named after it; rename one of them");
    }
    if (!Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
      problems.add(where + ": a handler is a public method that is not static");
    }
    if (!Modifier.isPublic(service.getClass().getModifiers())) {
      problems.add(where + ": the class of a handler must be public");
    }
    HandlerRules.problems(
            List.of(event.value()),
            event.concurrency(),
            event.maxDuration(),
            event.ordered(),
            List.of(event.retry()))
        .forEach(problem -> problems.add(where + ": " + problem.text()));
    List<Argument> arguments = arguments(method, where);
    if (problems.size() > before) {
      return Optional.empty();
    }
    return Optional.of(
        new HandlerMethod(
            name,
            Arrays.stream(event.value()).map(KeyPattern::new).toList(),
            event.concurrency(),
            DurationText.parse(event.maxDuration()),
            event.ordered(),
            new RetryPolicy(Arrays.stream(event.retry()).map(DurationText::parse).toList()),
            service,
            method,
            arguments));
  }

  private List<Argument> arguments(Method method, String where) {
    List<Argument> arguments = new ArrayList<>();
    int payloads = 0;
    for (Parameter parameter : method.getParameters()) {
      if (Arguments.isPayload(parameter.getType()) && ++payloads > 1) {
        problems.add(
            where
                + ": a message has one payload, but "
                + parameter.getType().getSimpleName()
                + " would be a second one; take one payload type, Message or Context");
      }
      try {
        argument(parameter)
            .ifPresentOrElse(
                arguments::add,
                () ->
                    problems.add(
                        where
                            + ": no way to pass a "
                            + parameter.getType().getSimpleName()
                            + "; take the payload type, Message or Context"));
      } catch (JacksonException e) {
        problems.add(
            where
                + ": Jackson cannot read a "
                + parameter.getType().getSimpleName()
                + ": "
                + e.getOriginalMessage());
      }
    }
    return arguments;
  }

  private Optional<Argument> argument(Parameter parameter) {
    return Arguments.DEFAULTS.stream()
        .map(kind -> kind.argument(parameter, codec))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String describe(Class<?> type, Method method) {
    return type.getSimpleName()
        + "."
        + method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
