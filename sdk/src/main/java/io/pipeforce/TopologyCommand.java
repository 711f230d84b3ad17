package io.pipeforce;

import io.pipeforce.internal.amqp.TopologyConnection;
import io.pipeforce.internal.dispatch.HandlerMethod;
import io.pipeforce.internal.topology.Comparison;
import io.pipeforce.internal.topology.Difference;
import io.pipeforce.internal.topology.Difference.OtherArguments;
import io.pipeforce.internal.topology.Difference.StaleBinding;
import io.pipeforce.internal.topology.Difference.UnfinishedMigration;
import io.pipeforce.internal.topology.Difference.UnusedQueue;
import io.pipeforce.internal.topology.Found;
import io.pipeforce.internal.topology.ManagementApi;
import io.pipeforce.internal.topology.Wanted;
import io.pipeforce.internal.topology.WantedQueue;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code topology plan} and {@code topology apply}: shows in what the broker differs from what this
 * service wants, and brings it there without losing a message.
 */
final class TopologyCommand {
  static final String USAGE =
      """
      Without arguments the service runs. With arguments:
        topology plan  [--management URL]   shows in what the broker differs from what the service wants
        topology apply [--management URL]   removes bindings left behind, migrates queues with other arguments
      """;

  /** All is as wanted, or was brought there. */
  static final int DONE = 0;

  /** Something could not be done; another run continues. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int WRONG_USAGE = 2;

  /** The broker or its management API does not answer. */
  static final int UNAVAILABLE = 3;

  /** The plan has differences. */
  static final int DIFFERENT = 4;

  private final ServiceSettings settings;
  private final List<HandlerMethod> handlers;
  private final boolean apply;
  private final URI management;
  private final PrintStream out;

  private TopologyCommand(
      ServiceSettings settings,
      List<HandlerMethod> handlers,
      boolean apply,
      URI management,
      PrintStream out) {
    this.settings = settings;
    this.handlers = handlers;
    this.apply = apply;
    this.management = management;
    this.out = out;
  }

  /** What the command line asks for, or empty when it makes no sense. */
  record Request(boolean apply, Optional<String> management) {
    static Optional<Request> of(List<String> arguments) {
      boolean known =
          arguments.size() >= 2
              && arguments.get(0).equals("topology")
              && List.of("plan", "apply").contains(arguments.get(1));
      if (!known) {
        return Optional.empty();
      }
      boolean apply = arguments.get(1).equals("apply");
      List<String> options = arguments.subList(2, arguments.size());
      if (options.isEmpty()) {
        return Optional.of(new Request(apply, Optional.empty()));
      }
      if (options.size() == 2 && options.getFirst().equals("--management")) {
        return Optional.of(new Request(apply, Optional.of(options.getLast())));
      }
      return Optional.empty();
    }
  }

  /**
   * Does what was asked for, and says so.
   *
   * @param environment for {@code PIPEFORCE_MANAGEMENT_URL}
   * @return the exit code
   */
  static int run(
      Request request,
      Map<String, String> environment,
      ServiceSettings settings,
      List<HandlerMethod> handlers,
      PrintStream out,
      PrintStream err) {
    try {
      @Nullable String variable = environment.get("PIPEFORCE_MANAGEMENT_URL");
      URI url =
          request
              .management()
              .or(() -> Optional.ofNullable(variable).filter(text -> !text.isBlank()))
              .map(TopologyCommand::url)
              .orElseGet(() -> ManagementApi.defaultRoot(settings.broker()));
      return new TopologyCommand(settings, handlers, request.apply(), url, out).run();
    } catch (BrokerUnavailableException e) {
      err.println(e.getMessage());
      return UNAVAILABLE;
    } catch (MessagingException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return WRONG_USAGE;
    }
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text.strip().replaceFirst("(/api)?/*$", ""));
      if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, with what was expected.
    }
    throw new IllegalArgumentException(
        "the management URL must be http://HOST:PORT or https://HOST:PORT, was: "
            + text.substring(text.lastIndexOf('@') + 1));
  }

  private int run() {
    try (TopologyConnection connection = TopologyConnection.open(settings);
        ManagementApi api = api()) {
      refuseAnotherBroker(connection, api);
      Wanted wanted = connection.wanted(handlers);
      Found found = api.found(wanted, connection::use);
      List<Difference> differences = Comparison.differences(wanted, found);
      if (!apply) {
        differences.forEach(difference -> out.println(line(difference, api)));
        out.println(summary(differences));
        return differences.isEmpty() ? DONE : DIFFERENT;
      }
      List<String> failures = apply(differences, found, connection);
      List<Difference> rest = Comparison.differences(wanted, api.found(wanted, connection::use));
      rest.forEach(difference -> out.println(line(difference, api)));
      failures.forEach(failure -> out.println("not done: " + failure));
      out.println(summary(rest));
      return failures.isEmpty() && rest.stream().noneMatch(TopologyCommand::isForApply)
          ? DONE
          : FAILED;
    }
  }

  private ManagementApi api() {
    @Nullable String login = management.getRawUserInfo();
    if (login == null) {
      return new ManagementApi(management, settings.broker());
    }
    int colon = login.indexOf(':');
    BrokerAddress other =
        settings
            .broker()
            .withLogin(
                decode(colon < 0 ? login : login.substring(0, colon)),
                colon < 0 ? settings.broker().password() : decode(login.substring(colon + 1)));
    return new ManagementApi(URI.create(management.toString().replace(login + "@", "")), other);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** A plan made from one broker and applied to another would be fatal. */
  private void refuseAnotherBroker(TopologyConnection connection, ManagementApi api) {
    Optional<String> here = connection.cluster();
    Optional<String> there = api.cluster();
    if (here.isPresent() && there.isPresent() && !here.equals(there)) {
      throw new MessagingException(
          "the broker at "
              + settings.broker()
              + " belongs to cluster '"
              + here.get()
              + "', the management API to '"
              + there.get()
              + "': say where the right one is with --management URL or PIPEFORCE_MANAGEMENT_URL");
    }
  }

  private List<String> apply(
      List<Difference> differences, Found found, TopologyConnection connection) {
    List<String> failures = new ArrayList<>();
    Set<WantedQueue> migrations = new LinkedHashSet<>();
    for (Difference difference : differences) {
      switch (difference) {
        case StaleBinding stale -> {
          connection.unbind(stale.queue().name(), stale.binding());
          out.println("removed: binding of queue " + stale.queue().name() + " " + stale.binding());
        }
        case OtherArguments other -> migrations.add(other.wanted());
        case UnfinishedMigration unfinished -> migrations.add(unfinished.queue());
        case Difference.MissingExchange _,
            Difference.OtherExchange _,
            Difference.MissingQueue _,
            Difference.MissingBinding _,
            UnusedQueue _ -> {}
      }
    }
    for (WantedQueue queue : migrations) {
      try {
        connection.migrate(
            queue, found.queue(queue.name()), found.queue(queue.temporary()), out::println);
      } catch (MessagingException e) {
        // One queue that cannot be migrated must not keep the others from it.
        failures.add(e.getMessage());
      }
    }
    return failures;
  }

  private static boolean isForApply(Difference difference) {
    return switch (difference) {
      case StaleBinding _, OtherArguments _, UnfinishedMigration _ -> true;
      case Difference.MissingExchange _,
          Difference.OtherExchange _,
          Difference.MissingQueue _,
          Difference.MissingBinding _,
          UnusedQueue _ ->
          false;
    };
  }

  private static String line(Difference difference, ManagementApi api) {
    return difference instanceof UnusedQueue unused
        ? unused.text()
            + "; when its messages are no longer needed: "
            + api.deletion(unused.queue().name())
        : difference.text();
  }

  private String summary(List<Difference> differences) {
    String where = settings.service() + " on " + settings.broker() + ": ";
    if (differences.isEmpty()) {
      return where + "nothing differs";
    }
    long forApply = differences.stream().filter(TopologyCommand::isForApply).count();
    return where
        + differences.size()
        + (differences.size() == 1 ? " difference" : " differences")
        + (forApply == 0 ? "" : ", " + forApply + " for pi topology apply");
  }
}
