package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.PlatformException;

/** {@code service.stop}. */
final class ServiceStop implements Command<ServiceStop.Arguments> {
  private final Platform platform;

  ServiceStop(Platform platform) {
    this.platform = platform;
  }

  record Arguments(
      @Param("Name of the service.") String name,
      @Param(value = "Whether the content of its volumes goes too.", or = "false")
          boolean deleteVolumes) {}

  @Override
  public String name() {
    return "service.stop";
  }

  @Override
  public String about() {
    return "Ends a service: requests and messages under way are finished first.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    try {
      platform.stopService(arguments.name(), arguments.deleteVolumes());
      return Outcome.UNCHANGED;
    } catch (PlatformException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
