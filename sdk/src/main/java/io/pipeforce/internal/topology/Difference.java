package io.pipeforce.internal.topology;

import java.util.List;
import java.util.stream.Collectors;

/** One thing in which the broker is not as the service wants it. */
public sealed interface Difference {

  /** One line for people. */
  String text();

  /** The service declares it when it starts. */
  record MissingExchange(WantedExchange exchange) implements Difference {
    @Override
    public String text() {
      return "missing: exchange "
          + exchange.name()
          + " ("
          + exchange.type()
          + "); it is declared when the service starts";
    }
  }

  /** The service uses it as it is, and its patterns may mean something else there. */
  record OtherExchange(WantedExchange wanted, String foundType) implements Difference {
    @Override
    public String text() {
      return "other type: exchange "
          + wanted.name()
          + " is of type "
          + foundType
          + ", wanted "
          + wanted.type()
          + "; nothing changes it but deleting it with all its bindings, the service then declares"
          + " it anew";
    }
  }

  /** The service declares it when it starts. */
  record MissingQueue(WantedQueue queue) implements Difference {
    @Override
    public String text() {
      return "missing: queue " + queue.name() + "; it is declared when the service starts";
    }
  }

  /** The service makes it when it starts. */
  record MissingBinding(WantedQueue queue, Binding binding) implements Difference {
    @Override
    public String text() {
      return "missing: binding of queue "
          + queue.name()
          + " "
          + binding
          + "; it is made when the service starts";
    }
  }

  /** No pattern of the handler stands for it any more. */
  record StaleBinding(WantedQueue queue, Binding binding) implements Difference {
    @Override
    public String text() {
      return "left behind: binding of queue " + queue.name() + " " + binding;
    }
  }

  /** The queue must be declared anew. */
  record OtherArguments(WantedQueue wanted, FoundQueue found, List<Argument> arguments)
      implements Difference {
    public OtherArguments {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String text() {
      return "other arguments: queue "
          + wanted.name()
          + " ("
          + found.use()
          + "): "
          + arguments.stream().map(Argument::text).collect(Collectors.joining("; "));
    }
  }

  /**
   * An argument or property of a queue.
   *
   * @param wanted its value in words, {@code none} when it should not be set
   * @param found the same as it is
   */
  record Argument(String name, String wanted, String found) {
    String text() {
      return name + " wanted " + wanted + ", found " + found;
    }
  }

  /** A migration was interrupted. */
  record UnfinishedMigration(WantedQueue queue, FoundQueue temporary) implements Difference {
    @Override
    public String text() {
      return "unfinished: queue "
          + temporary.name()
          + " ("
          + temporary.use()
          + ") of an interrupted migration of queue "
          + queue.name();
    }
  }

  /** Its handler is gone. */
  record UnusedQueue(FoundQueue queue) implements Difference {
    @Override
    public String text() {
      return "unused: queue "
          + queue.name()
          + " ("
          + queue.use()
          + ", "
          + FoundQueue.number(queue.bindings().size(), "binding")
          + ") has no handler";
    }
  }
}
