package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.ingress.Backend;
import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Surroundings;
import io.pipeforce.hub.platform.Workload;
import io.pipeforce.hub.platform.local.LocalPlatform.AtClose;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A platform whose images, processes and files are real. */
@Timeout(120)
abstract class OnThisMachine {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final String IMAGE = "pipeforce-registry/sample";

  @TempDir static Path images;

  @TempDir Path state;
  LocalPlatform platform;
  String broker = "amqp://guest:guest@127.0.0.1:5672/%2F";

  @BeforeAll
  static void makeImages() throws Exception {
    SampleImage.in(images)
        .label("health-port", "8090")
        .label("max-duration", "PT1S")
        .script("hello.sh", "echo \"hello $1 of $PIPEFORCE_SERVICE\"\n")
        .script("fail.sh", "echo something is wrong; exit 3\n")
        .script("stay.sh", "echo staying; exec sleep 600\n")
        .script("stubborn.sh", "trap 'echo no' TERM; echo here; while :; do sleep 0.1; done\n")
        .script(
            "note.sh",
            "echo more >> data/notes; cat data/notes; exec java -cp . "
                + SampleServer.class.getName()
                + "\n")
        .script(
            "talk.sh",
            "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); echo \"line $i of this long talk, which never seems to come to an end\"; done\n")
        .script("much.sh", "head -c 104857600 /dev/zero | tr '\\0' 'x'; echo; echo the end\n")
        .script(
            "greedy.sh",
            "exec java -Xmx300m -Xms300m -XX:+AlwaysPreTouch -cp . "
                + SampleServer.class.getName()
                + "\n")
        .keep(IMAGE);
    SampleImage.in(images)
        .label("max-job-duration", "PT1S")
        .script("stay.sh", "echo staying; exec sleep 600\n")
        .keep("pipeforce-registry/brief");
    SampleImage.in(images)
        .label("memory", Integer.toString(100 << 20))
        .label("health-port", "8090")
        .script(
            "greedy.sh",
            "exec java -Xmx300m -Xms300m -XX:+AlwaysPreTouch -cp . "
                + SampleServer.class.getName()
                + "\n")
        .keep("pipeforce-registry/small");
  }

  @BeforeEach
  void start() {
    platform = LocalPlatform.in(machine(), SampleImage.store(images), AtClose.LEAVE);
    platform.takeOver();
  }

  Machine machine() {
    return new Machine(
        state,
        new Surroundings(
            "local",
            broker,
            "pipeforce.topic.default",
            () -> URI.create("http://127.0.0.1:8080"),
            "a secret that nobody sees"));
  }

  @AfterEach
  void stop() throws Exception {
    platform.suspend();
    platform.close();
  }

  /** As after the hub was killed: nothing is ended. */
  void restart() {
    platform.close();
    start();
  }

  static ServiceSpec service(String name, Map<String, String> env, String... command) {
    return new ServiceSpec(
        name,
        Optional.of(new Workload(IMAGE, PullPolicy.ALWAYS, env, List.of(command), List.of())),
        Optional.of(8090),
        Optional.of(name),
        1,
        List.of());
  }

  /** For one that is not to become ready. */
  Thread startInBackground(ServiceSpec spec) {
    return Thread.startVirtualThread(() -> {
      try {
        startService(spec);
      } catch (Exception _) {
        // That it fails is what the test looks at.
      }
    });
  }

  static JobSpec job(String name, String... command) {
    return new JobSpec(
        name, new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of(command), List.of()));
  }

  ServiceStatus startService(ServiceSpec spec) throws Exception {
    return platform.startService(spec, Optional.empty());
  }

  JobStatus startJob(JobSpec spec) throws Exception {
    return platform.startJob(spec, Optional.empty(), false, false);
  }

  String ask(String service, String path) throws Exception {
    Backend.Instance instance = (Backend.Instance) platform.find(service + "-local");
    try (var _ = instance.lease()) {
      URI uri = URI.create("http://127.0.0.1:" + instance.address().getPort());
      return CLIENT
          .send(
              HttpRequest.newBuilder(uri.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  String output(String name) throws Exception {
    return platform.logs(name).orElseThrow().tail(1 << 20).text();
  }

  InstanceStatus instance(String service) {
    return platform.service(service).orElseThrow().instances().getFirst();
  }
}
