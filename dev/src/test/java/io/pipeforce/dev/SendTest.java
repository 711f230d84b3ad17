package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.BaseService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.Event;
import io.pipeforce.Message;
import io.pipeforce.ServiceRuntime;
import io.pipeforce.ServiceSettings;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.cli.Profile;
import io.pipeforce.dev.PiProcess.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pi send} with a service and a broker that are really there. */
class SendTest {
  private static final BlockingQueue<Message> RECEIVED = new LinkedBlockingQueue<>();

  private static Broker broker;
  private static ServiceRuntime service;

  @TempDir private Path folder;

  /** Keeps what it gets; answers and refuses. */
  public static final class Receiver extends BaseService {
    public Receiver() {}

    @Event("event.*")
    public void keep(Message message) {
      RECEIVED.add(message);
    }

    @Event("question")
    public String answer(String question) {
      return question + "? 42";
    }

    @Event("slow.question")
    public String answerLate(String question) throws InterruptedException {
      Thread.currentThread().join(Duration.ofMinutes(1));
      return question;
    }
  }

  @BeforeAll
  static void start() throws InterruptedException {
    broker = Broker.start(BrokerOptions.local().withPort(0).withManagementPort(0));
    ServiceSettings settings =
        ServiceSettings.from(
            Map.of(
                "PIPEFORCE_SERVICE", "receiver",
                "PIPEFORCE_NAMESPACE", "local",
                "PIPEFORCE_HEALTH_PORT", "0",
                "PIPEFORCE_MESSAGE_BROKER", broker.uri().toString()));
    service = ServiceRuntime.start(settings, List.of(new Receiver()));
    assertThat(service.awaitReady(Duration.ofSeconds(60))).isTrue();
  }

  @AfterAll
  static void stop() {
    broker.close();
    service.close();
  }

  @Test
  void an_event_arrives_as_it_was_typed() throws Exception {
    Result result =
        send("event.a", "{\"hello\":\"wörld\"}", "--header", "tenant=acme", "--header", "n=1");

    Message message = received();
    assertThat(message.key()).isEqualTo("event.a");
    assertThat(text(message)).isEqualTo("{\"hello\":\"wörld\"}");
    assertThat(message.headers()).containsEntry("tenant", "acme").containsEntry("n", "1");
    assertThat(message.properties().contentType()).contains("application/json");
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "sent event.a to " + BrokerAddress.of("127.0.0.1", broker.port()).display() + "\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void a_payload_comes_from_a_file() throws Exception {
    Files.writeString(folder.resolve("order.json"), "[1,2]");

    assertThat(send("event.file", "@order.json").exit()).isZero();

    assertThat(text(received())).isEqualTo("[1,2]");
  }

  @Test
  void a_payload_comes_from_standard_input() throws Exception {
    try (PiProcess pi =
        PiProcess.command(
            folder,
            _ -> {},
            List.of(
                "sh", "-c", "printf 'a\\nb' | pi send event.stdin - --broker " + broker.uri()))) {
      assertThat(pi.result().exit()).isZero();
    }

    assertThat(text(received())).isEqualTo("a\nb");
  }

  @Test
  void an_event_that_nobody_wants_is_sent_and_said() throws Exception {
    Result result = send("nobody.wants", "x");

    assertThat(result.exit()).isZero();
    assertThat(result.err())
        .isEqualTo("pi: no queue is bound for nobody.wants: nobody will get this event\n");
  }

  @Test
  void the_answer_to_a_request_is_printed_and_nothing_else() throws Exception {
    assertThat(send("question", "what", "--wait")).isEqualTo(new Result(0, "what? 42\n", ""));
  }

  @Test
  void a_request_that_is_not_answered_in_time_fails() throws Exception {
    Result result = send("slow.question", "x", "--wait", "--timeout", "200ms");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("pi: ").contains("slow.question", "200");
  }

  @Test
  void a_request_that_nobody_handles_fails_at_once() throws Exception {
    Result result = send("no.question", "x", "--wait", "--timeout", "1h");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).startsWith("pi: ").contains("no.question");
  }

  @Test
  void ctrl_c_while_it_waits_exits_with_130() throws Exception {
    try (PiProcess pi =
        PiProcess.start(
            folder,
            folder,
            "send",
            "slow.question",
            "interrupted",
            "--wait",
            "--timeout",
            "1h",
            "--broker",
            broker.uri().toString())) {
      // Until it connects it would be the script that is interrupted; the outcome is the same.
      pi.signal("INT");

      assertThat(pi.result().exit()).isEqualTo(130);
    }
  }

  @Test
  void a_refused_login_is_told_from_an_absent_broker() throws Exception {
    Result result =
        pi("send", "event.a", "x", "--broker", "amqp://guest:wrong@127.0.0.1:" + broker.port());

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err())
        .startsWith(
            "pi: the broker at amqp://guest@127.0.0.1:" + broker.port() + " refused the login")
        .doesNotContain("wrong");
  }

  @Test
  void the_broker_of_a_running_pi_dev_is_found_from_any_folder() throws Exception {
    Path profile = folder.resolve("pipeforce/profiles/dev.properties");
    Files.createDirectories(profile.getParent());
    Profile running =
        new Profile(broker.uri().toString(), "", "", "", ProcessHandle.current().pid());
    Files.writeString(
        profile,
        "broker=" + running.broker() + "\nmanagement=\nprocess=" + running.process() + "\n");

    assertThat(pi("send", "event.profile", "x").exit()).isZero();

    assertThat(received().key()).isEqualTo("event.profile");
  }

  private Result send(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of("send"));
    all.addAll(List.of(args));
    all.addAll(List.of("--broker", broker.uri().toString()));
    return pi(all.toArray(String[]::new));
  }

  private Result pi(String... args) throws Exception {
    Result result = PiProcess.run(folder, folder, args);
    // The first one may have to build.
    return new Result(
        result.exit(), result.out(), result.err().replaceFirst("^building pi.*\n", ""));
  }

  private static Message received() throws InterruptedException {
    Message message = RECEIVED.poll(60, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private static String text(Message message) {
    return new String(message.bytes(), StandardCharsets.UTF_8);
  }
}
