package io.pipeforce.bench.broker;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The dev broker as a process: says when it is ready and ends with whoever started it. */
final class Program {
  private Program() {}

  /** Argument: a folder to keep what is durable in; none to keep all in memory. */
  public static void main(String[] arguments) throws IOException {
    long begin = System.nanoTime();
    BrokerOptions options = BrokerOptions.local().withManagementPort(0);
    Broker broker =
        Broker.start(arguments.length == 0 ? options : options.withData(Path.of(arguments[0])));
    System.out.println("ready: " + broker.uri() + " " + (System.nanoTime() - begin));
    while (System.in.read() >= 0) {
      // It is told to end by the end of its input.
    }
    broker.close();
  }
}
