package io.pipeforce.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipeforce.dev.PiProcess.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The administrator of the node of {@code dev/kubernetes}, in a namespace of this test's own. */
record Kubectl(String namespace) implements AutoCloseable {

  static Kubectl inNewNamespace(String test) throws Exception {
    Kubectl kubectl = new Kubectl(test + "-" + ProcessHandle.current().pid());
    kubectl.must("create", "namespace", kubectl.namespace());
    return kubectl;
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    try (PiProcess process = start(arguments)) {
      return process.result();
    }
  }

  /** What it says, when it succeeds. */
  String must(String... arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    assertThat(result.exit()).as(List.of(arguments) + " " + result).isZero();
    return result.out();
  }

  void apply(String yaml) throws IOException, InterruptedException {
    try (PiProcess process = start("apply", "--filename", "-")) {
      process.type(yaml);
      Result result = process.result();
      assertThat(result.exit()).as(result.toString()).isZero();
    }
  }

  private PiProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(PiProcess.HOME.resolve("dev/kubernetes").toString());
    command.addAll(List.of("kubectl", "--namespace", namespace));
    command.addAll(List.of(arguments));
    return PiProcess.command(PiProcess.HOME, _ -> {}, command);
  }

  /** Deletes the namespace with all in it, and waits for no pod of it to end. */
  @Override
  public void close() throws IOException, InterruptedException {
    must("delete", "namespace", namespace, "--wait=false");
  }
}
