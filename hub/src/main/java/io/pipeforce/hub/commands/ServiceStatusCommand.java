package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.ServiceStatus;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code service.status}. */
final class ServiceStatusCommand implements Command<ServiceStatusCommand.Arguments> {
  private final Platform platform;

  ServiceStatusCommand(Platform platform) {
    this.platform = platform;
  }

  /** How much is told. */
  enum Format {
    COMPACT,
    NORMAL,
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Arguments(
      @Param("Name of the service; when missing, all of them.") Optional<String> name,
      @Param(value = "How much is told.", or = "normal") Format format) {}

  @Override
  public String name() {
    return "service.status";
  }

  @Override
  public String about() {
    return "Tells how a service is, or all of them.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) {
    if (arguments.name().filter(name -> !name.isBlank()).isEmpty()) {
      return Outcome.body(
          platform.services().stream().map(each -> described(each, arguments.format())).toList());
    }
    String name = arguments.name().get();
    return Outcome.body(
        platform
            .service(name)
            .map(each -> described(each, arguments.format()))
            .orElseThrow(() -> new CommandException("there is no service " + name)));
  }

  private static Map<String, Object> described(ServiceStatus status, Format format) {
    return switch (format) {
      case COMPACT -> Statuses.compact(status);
      case NORMAL -> Statuses.normal(status);
      case FULL -> Statuses.full(status);
    };
  }
}
