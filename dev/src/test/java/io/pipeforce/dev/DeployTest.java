package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.OutgoingMessage;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From {@code pi new} to an image that runs as a service, as docs/deploy.md shows it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DeployTest {
  @TempDir private static Path folder;
  private static Path project;

  @BeforeAll
  static void makeTheImage() throws Exception {
    run(folder, "pi new shop");
    project = folder.resolve("shop");
    run(project, "pi image build");
  }

  private static PiProcess start(Path where, String command) throws IOException {
    return PiProcess.command(
        where,
        environment -> {
          environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
          environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
        },
        List.of("sh", "-c", "exec " + command));
  }

  private static String run(Path where, String command) throws Exception {
    try (PiProcess process = start(where, command)) {
      Result result = process.result();
      assertThat(result.exit()).as(command + "\n" + result).isZero();
      return result.out();
    }
  }

  @Test
  void the_commands_of_the_page_work_one_after_the_other() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    run(other, "pi new under-development");
    try (PiProcess dev =
        start(
            other.resolve("under-development"),
            "pi dev --port 0 --broker-port 0 --management-port 0")) {
      dev.awaitOut("ready: ");
      String port = dev.wordAfter(", hub http://127.0.0.1:");
      new DeployPage(project, DeployTest::run)
          .follow(command ->
              command
                  .replace("//shop-local.localhost:8080", "//shop-local.localhost:" + port)
                  .replace("127.0.0.1:8080", "127.0.0.1:" + port));
      dev.awaitErr("is running");
      dev.terminate();
      assertThat(dev.result().exit()).isZero();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void a_service_is_replaced_again_and_again_and_loses_no_message_and_no_request()
      throws Exception {
    Path home = Files.createDirectory(folder.resolve("replaced"));
    try (Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
        PiProcess hub = start(home, "pi hub --port 0 --broker " + broker.uri())) {
      hub.awaitOut("ready: ");
      String port = hub.wordAfter("ready: http://127.0.0.1:");
      String starting =
          "pi command service.start name=busy image=pipeforce-registry/shop port=8090 ingress=busy"
              + " replicas=2 env='{\"ROUND\":\"%d\"}'";
      run(home, starting.formatted(0));
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Integer> sent =
          CompletableFuture.supplyAsync(() -> send(broker, over), Thread::startVirtualThread);
      CompletableFuture<Integer> asked =
          CompletableFuture.supplyAsync(() -> ask(port, over), Thread::startVirtualThread);

      for (int round = 1; round <= 2; round++) {
        run(home, starting.formatted(round));
      }

      over.set(true);
      assertThat(asked.get()).isPositive();
      int messages = sent.get();
      assertThat(messages).isPositive();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(handled(run(home, "pi logs busy"))).hasSize(messages));
      run(home, "pi command service.stop name=busy");
    }
  }

  /** Sends numbers, each confirmed, until it is over; answers how many. */
  private static int send(Broker broker, AtomicBoolean over) {
    try (EventClient events =
        EventClient.connect(
            BrokerAddress.parse(broker.uri().toString()), "pipeforce.topic.default")) {
      int number = 0;
      while (!over.get()) {
        events.send(OutgoingMessage.of("some.event.key.number", Integer.toString(number++)));
      }
      return number;
    }
  }

  /** Asks the service, each time on a new connection, until it is over; answers how often. */
  private static int ask(String port, AtomicBoolean over) {
    int times = 0;
    while (!over.get()) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port))) {
        socket
            .getOutputStream()
            .write(
                "GET /health/live HTTP/1.1\r\nHost: busy-local.localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        times++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return times;
  }

  private static Set<String> handled(String log) {
    return log.lines()
        .filter(line -> line.startsWith("GREETING CALLED. BODY: "))
        .map(line -> line.substring("GREETING CALLED. BODY: ".length()))
        .collect(Collectors.toSet());
  }

  @Test
  void a_hub_that_is_killed_loses_no_service_no_job_no_log_and_no_webhook() throws Exception {
    Path home = Files.createDirectory(folder.resolve("killed"));
    try (Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0))) {
      // The same for both, or instances would be replaced by ones that know the new hub.
      int fixed = freePort();
      String hub = "pi hub --port " + fixed + " --broker " + broker.uri();
      String instance;
      String token;
      try (PiProcess first = start(home, hub)) {
        first.awaitOut("ready: ");
        String started =
            run(
                home,
                "pi command service.start name=kept image=pipeforce-registry/shop port=8090"
                    + " ingress=kept --json");
        instance = started.replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
        run(
            home,
            "pi command service.job.start name=long image=pipeforce-registry/shop"
                + " command='echo begun; exec sleep 600'");
        token =
            run(home, "pi command webhook.put eventKey=some.event.key.web payloadType=raw --json")
                .replaceFirst("(?s).*\"uuid\":\"([^\"]+)\".*", "$1");

        first.signal("KILL");
        assertThat(first.result().exit()).isEqualTo(137);
      }
      try (PiProcess second = start(home, hub)) {
        second.awaitOut("ready: ");
        String port = second.wordAfter("ready: http://127.0.0.1:");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() ->
                run(home, "pi command service.status name=kept --json").contains("\"running\""));
        assertThat(run(home, "pi command service.status name=kept --json"))
            .contains("\"id\":\"" + instance + "\"")
            .contains("\"restarts\":0");
        assertThat(run(home, "pi command service.job.status name=long --json"))
            .contains("\"running\"");
        assertThat(run(home, "pi command service.job.logs name=long")).contains("begun");
        run(
            home,
            "curl -fsS -d 'after the kill' 'http://127.0.0.1:%s/api/v3/command/webhook.receive?token=%s'"
                .formatted(port, token));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> run(home, "pi logs kept").contains("GREETING CALLED. BODY: after the kill"));
        assertThat(run(home, "pi command service.job.stop name=long --json")).contains("stopped");
        run(home, "pi command service.stop name=kept");
      }
    }
  }

  @Test
  void logs_are_followed_until_the_end_until_ctrl_c_or_until_the_hub_goes_away() throws Exception {
    Path home = Files.createDirectory(folder.resolve("followed"));
    try (Broker broker = Broker.start(BrokerOptions.local().withManagementPort(0));
        PiProcess hub = start(home, "pi hub --port 0 --broker " + broker.uri())) {
      hub.awaitOut("ready: ");
      run(
          home,
          "pi command service.job.start name=talks image=pipeforce-registry/shop"
              + " command='echo begun; while [ ! -e /tmp/%1$s ]; do sleep 0.1; done; echo grüße'"
                  .formatted(home.getFileName() + "-" + broker.port()));
      try (PiProcess toTheEnd = start(home, "pi logs talks -f");
          PiProcess interrupted = start(home, "pi logs talks --follow")) {
        toTheEnd.awaitOut("begun\n");
        interrupted.awaitOut("begun\n");
        interrupted.signal("INT");
        assertThat(interrupted.result().exit()).isEqualTo(130);

        Path goOn = Path.of("/tmp", home.getFileName() + "-" + broker.port());
        Files.createFile(goOn);
        assertThat(toTheEnd.result()).isEqualTo(new Result(0, "begun\ngrüße\n", ""));
        Files.delete(goOn);
      }
      assertThat(run(home, "pi logs talks")).isEqualTo("begun\ngrüße\n");
      assertThat(run(home, "sh -c 'pi logs talks | head -n 1'")).isEqualTo("begun\n");
      try (PiProcess unknown = start(home, "pi logs none")) {
        assertThat(unknown.result().exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("pi: there is no service and no job");
      }

      run(
          home,
          "pi command service.job.start name=quiet image=pipeforce-registry/shop"
              + " command='echo begun; exec sleep 600'");
      try (PiProcess cut = start(home, "pi logs quiet -f")) {
        cut.awaitOut("begun\n");
        run(home, "pi command service.job.stop name=quiet");
        assertThat(cut.result().exit()).isZero();
      }
      run(
          home,
          "pi command service.job.start name=quiet replace=true image=pipeforce-registry/shop"
              + " command='echo begun; exec sleep 6'");
      try (PiProcess cut = start(home, "pi logs quiet -f")) {
        cut.awaitOut("begun\n");
        hub.signal("KILL");
        Result result = cut.result();
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("has gone away");
      }
    }
  }
}
