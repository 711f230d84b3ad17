package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pi topology} as a person uses it: a service of {@code pi new}, and a broker. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TopologyTest {
  private static final String QUEUE = "pipeforce.service.order-service.HelloService.greeting";

  @TempDir private Path folder;

  @Test
  void plans_and_applies_for_the_sources_as_they_are() throws Exception {
    assertThat(PiProcess.run(folder, folder, "new", "order-service").exit()).isZero();
    Path project = folder.resolve("order-service");
    try (Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0))) {
      String[] where = {
        "--broker",
        broker.uri().toString(),
        "--management",
        broker.managementUri().orElseThrow().toString()
      };

      Result missing = PiProcess.run(project, folder, topology("plan", where));
      assertThat(missing.exit()).as(missing.err()).isEqualTo(4);
      assertThat(missing.out()).contains("missing: queue " + QUEUE);

      try (PiProcess dev =
          PiProcess.start(
              project,
              folder,
              "dev",
              "--no-reload",
              "--port",
              "0",
              "--broker",
              broker.uri().toString())) {
        dev.awaitOut("ready: ");
      }
      Result same = PiProcess.run(project, folder, topology("plan", where));
      assertThat(same.out()).contains("nothing differs");
      assertThat(same.exit()).as(same.err()).isZero();

      Path handler = project.resolve("src/main/java/service/HelloService.java");
      Files.writeString(
          handler, Files.readString(handler).replace("some.event.key.*", "some.other.key.*"));
      Result applied = PiProcess.run(folder, folder, topology("apply", where, "order-service"));
      assertThat(applied.out())
          .contains(
              "removed: binding of queue "
                  + QUEUE
                  + " to exchange pipeforce.topic.default with key some.event.key.*")
          .contains("missing: binding of queue " + QUEUE);
      assertThat(applied.exit()).as(applied.err()).isZero();
    }
  }

  private static String[] topology(String action, String[] where, String... more) {
    String[] all = new String[2 + where.length + more.length];
    all[0] = "topology";
    all[1] = action;
    System.arraycopy(where, 0, all, 2, where.length);
    System.arraycopy(more, 0, all, 2 + where.length, more.length);
    return all;
  }

  @Test
  void without_an_action_it_says_what_is_possible() throws Exception {
    Result result = PiProcess.run(folder, folder, "topology");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("say what to do: plan or apply").contains("Try: pi topology");
  }
}
