package io.pipeforce.cli;

import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.ConfigurationException;
import io.pipeforce.MessagingException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every failure into what a person reads and the exit code that a script reads. The one place
 * that knows which flag helps; a stack trace is printed only with {@code PI_DEBUG=1}.
 */
final class Errors {
  private Errors() {}

  static int wrongUsage(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("pi: " + what(error));
    suggestion(error).ifPresent(meant -> err.println("Did you mean: " + meant + "?"));
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.code();
  }

  private static String what(ParameterException error) {
    return unknownCommand(error)
        .map(name -> "unknown command '" + name + "'")
        .orElseGet(() -> firstLine(error));
  }

  private static Optional<String> suggestion(ParameterException error) {
    Optional<String> unknown = unknownCommand(error);
    if (unknown.isPresent()) {
      return Similar.to(unknown.get(), error.getCommandLine().getSubcommands().keySet())
          .map(name -> "pi " + name);
    }
    return error instanceof UnmatchedArgumentException unmatched
        ? unmatched.getSuggestions().stream().findFirst()
        : Optional.empty();
  }

  private static Optional<String> unknownCommand(ParameterException error) {
    return error instanceof UnmatchedArgumentException unmatched
            && !error.getCommandLine().getSubcommands().isEmpty()
        ? unmatched.getUnmatched().stream().findFirst().filter(name -> !name.startsWith("-"))
        : Optional.empty();
  }

  static int failed(Exception error, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (System.getenv("PI_DEBUG") != null) {
      error.printStackTrace(err);
    }
    return switch (error) {
      case CommandFailedException failure -> {
        err.println("pi: " + failure.getMessage());
        yield failure.exit().code();
      }
      case BrokerUnavailableException unavailable -> {
        err.println("pi: " + unavailable.getMessage());
        err.println(
            "Try: start a broker with pi dev or pi broker, or name another with"
                + " --broker amqp://USER:PASSWORD@HOST:PORT");
        yield ExitCode.MISSING.code();
      }
      case ConfigurationException configuration -> {
        configuration.problems().forEach(problem -> err.println("pi: " + problem));
        yield ExitCode.USAGE.code();
      }
      case MessagingException messaging -> {
        err.println("pi: " + messaging.getMessage());
        yield ExitCode.FAILED.code();
      }
      default -> {
        err.println(
            "pi: unexpected: " + error + "; run it again with PI_DEBUG=1 to see where it happened");
        yield ExitCode.FAILED.code();
      }
    };
  }

  private static String firstLine(Exception error) {
    String message = Objects.requireNonNullElse(error.getMessage(), error.toString());
    return message.lines().findFirst().orElse(message);
  }
}
