package io.pipeforce.cli;

import io.pipeforce.BrokerUnavailableException;
import io.pipeforce.ConfigurationException;
import io.pipeforce.MessagingException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
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
    List<String> similar =
        error instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    err.println("pi: " + firstLine(error));
    if (!similar.isEmpty()) {
      err.println("Did you mean: " + String.join(" or ", similar) + "?");
    }
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.code();
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
