package io.pipeforce.hub.platform.local;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.JobSpec;
import io.pipeforce.hub.platform.PullPolicy;
import io.pipeforce.hub.platform.ServiceSpec;
import io.pipeforce.hub.platform.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What no other platform has: processes, files, and one hub alone that looks after them. */
@Timeout(120)
abstract class OnThisMachine {
  static final String IMAGE = "pipeforce-registry/sample";

  @TempDir static Path images;

  @TempDir Path state;
  ThisMachine machine;

  @BeforeAll
  static void makeImages() throws Exception {
    ThisMachine.makeImages(images);
  }

  @BeforeEach
  void begin() {
    machine = ThisMachine.with(images, state);
  }

  @AfterEach
  void end() {
    machine.close();
  }

  LocalPlatform platform() {
    return machine.platform();
  }

  static Workload workload(String... command) {
    return new Workload(IMAGE, PullPolicy.ALWAYS, Map.of(), List.of(command), List.of());
  }

  /** One that takes requests. */
  static ServiceSpec service(String name, int replicas) {
    return new ServiceSpec(
        name, Optional.of(workload()), Optional.of(8090), Optional.of(name), replicas, List.of());
  }

  void startService(ServiceSpec spec) throws Exception {
    platform().startService(spec, Optional.empty());
  }

  void startJob(String name, Workload workload) throws Exception {
    platform().startJob(new JobSpec(name, workload), Optional.empty(), false, false);
  }

  String ask(String service, String path) throws Exception {
    return machine.ask(service, path);
  }

  ProcessHandle process(String service) throws Exception {
    return ProcessHandle.of(Long.parseLong(ask(service, "/pid"))).orElseThrow();
  }

  String output(String name) throws Exception {
    return platform().logs(name).orElseThrow().tail(1 << 20).text();
  }

  InstanceStatus instance(String service) {
    return platform().service(service).orElseThrow().instances().getFirst();
  }
}
