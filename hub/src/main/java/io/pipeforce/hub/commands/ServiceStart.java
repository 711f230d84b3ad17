package io.pipeforce.hub.commands;

import io.pipeforce.hub.pipeline.Command;
import io.pipeforce.hub.pipeline.CommandException;
import io.pipeforce.hub.pipeline.Outcome;
import io.pipeforce.hub.pipeline.Param;
import io.pipeforce.hub.pipeline.Scope;
import io.pipeforce.hub.platform.Platform;
import io.pipeforce.hub.platform.Platform.PullSecret;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code service.start}. */
final class ServiceStart implements Command<ServiceStart.Arguments> {
  private final Platform platform;

  ServiceStart(Platform platform) {
    this.platform = platform;
  }

  record Arguments(
      @Param("Name of the service.") String name,
      @Param("Image that it runs; when missing, only its place is kept.") Optional<String> image,
      @Param(value = "When the image is fetched from its registry.", or = "Always")
          PullPolicy imagePullPolicy,
      @Param("Login for the registry.") Optional<String> imagePullSecret,
      @Param("Port on which it listens for HTTP.") Optional<Integer> port,
      @Param("Name by which it is reached from outside, or true for the name of the service.")
          Optional<String> ingress,
      @Param("Environment variables, besides those of the image.")
          Optional<Map<String, String>> env,
      @Param("What is run in place of the image's entry point.") Optional<List<String>> command,
      @Param("Arguments in place of the image's own.") Optional<List<String>> args,
      @Param(value = "How many instances run.", or = "1") int replicas,
      @Param(
              "How many instances there may be when messages wait; on a cluster with KEDA. On one"
                  + " machine there are never more than replicas.")
          Optional<Integer> maxReplicas,
      @Param("Absolute paths whose content is kept when the service stops.")
          Optional<List<String>> volumes) {}

  @Override
  public String name() {
    return "service.start";
  }

  @Override
  public String about() {
    return "Starts a service, or replaces the one that runs, and answers when it is ready.";
  }

  @Override
  public Class<Arguments> arguments() {
    return Arguments.class;
  }

  @Override
  public Outcome run(Arguments arguments, Scope scope) throws InterruptedException {
    try {
      Optional<Workload> workload =
          arguments
              .image()
              .map(image ->
                  new Workload(
                      image,
                      arguments.imagePullPolicy(),
                      arguments.env().orElse(Map.of()),
                      arguments.command().orElse(List.of()),
                      arguments.args().orElse(List.of())));
      ServiceSpec spec =
          new ServiceSpec(
              arguments.name(),
              workload,
              arguments.port(),
              ingress(arguments),
              arguments.replicas(),
              arguments.maxReplicas(),
              arguments.volumes().orElse(List.of()));
      return Outcome.body(
          Statuses.normal(
              platform.startService(spec, arguments.imagePullSecret().map(PullSecret::new))));
    } catch (PlatformException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<String> ingress(Arguments arguments) {
    return arguments
        .ingress()
        .filter(text -> !text.equals("false"))
        .map(text -> text.equals("true") ? arguments.name() : text);
  }
}
