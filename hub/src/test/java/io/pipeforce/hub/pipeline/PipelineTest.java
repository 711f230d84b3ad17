package io.pipeforce.hub.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private final List<Object> seen = new ArrayList<>();

  private final List<Command<?>> commands = List.of(new See(), new Make(), new Fail(), new Twice());

  private @Nullable Object run(String yaml) throws InterruptedException {
    return run(yaml, "the body");
  }

  private @Nullable Object run(String yaml, Object body) throws InterruptedException {
    return Pipeline.read("a.yaml", yaml, commands)
        .run(body, Map.of("params", Map.of("name", "Ada")));
  }

  private List<String> problems(String yaml) {
    PipelineProblemsException e =
        catchThrowableOfType(
            PipelineProblemsException.class, () -> Pipeline.read("a.yaml", yaml, commands));
    assertThat(e).isNotNull();
    return e.getMessage().lines().toList();
  }

  @Test
  void each_output_becomes_the_body_of_the_next_step() throws Exception {
    Object last =
        run(
            """
            pipeline:
              - see:
                  what: ${body}
              - make:
                  value: {"a": [1, 2]}
              - see:
                  what: "${body.a[1]} of #{body.a.size()}"
            """);

    assertThat(seen).containsExactly("the body", "2 of 2");
    assertThat(last).isEqualTo(Map.of("a", List.of(1L, 2L)));
  }

  @Test
  void json_is_read_as_well() throws Exception {
    assertThat(run("{\"pipeline\": [{\"make\": {\"value\": true}}]}")).isEqualTo(true);
  }

  @Test
  void headers_vars_and_the_request_can_be_used() throws Exception {
    run(
        """
        headers:
          name: greeting
        vars:
          greeting: Hello ${request.params.name}
          again: ${vars.greeting}!
        pipeline:
          - see: {what: "${headers.name}: ${vars.again}"}
        """);

    assertThat(seen).containsExactly("greeting: Hello Ada!");
  }

  @Test
  void a_step_is_skipped_when_its_condition_does_not_hold() throws Exception {
    for (String condition : List.of("false", "", "${null}", "-1", "${body.none}", "${body == 1}")) {
      run("pipeline: [{see: {what: x, if: \"%s\"}}]".formatted(condition), Map.of());
    }
    assertThat(seen).isEmpty();

    for (String condition : List.of("true", "yes", "1", "${body.isEmpty()}", "${1 < 2}")) {
      run("pipeline: [{see: {what: x, if: \"%s\"}}]".formatted(condition), Map.of());
    }
    assertThat(seen).hasSize(5);
  }

  @Test
  void an_output_goes_into_a_variable_and_leaves_the_body_alone() throws Exception {
    Object last =
        run(
            """
            pipeline:
              - make:
                  value: 7
                  output: ${vars.number}
              - see: {what: "${vars.number}"}
            """);

    assertThat(seen).containsExactly(7L);
    assertThat(last).isEqualTo("the body");
  }

  @Test
  void a_failure_tells_the_place_and_ends_the_pipeline() {
    assertThatThrownBy(() ->
            run(
                """
                pipeline:
                  - see: {what: a}
                  - fail: {times: 9}
                  - see: {what: b}
                """))
        .isInstanceOf(StepFailedException.class)
        .hasMessage("a.yaml:3:5: fail: failed on purpose");
    assertThat(seen).containsExactly("a");
  }

  @Test
  void a_failure_that_is_ignored_or_logged_is_followed_by_the_next_step() throws Exception {
    run(
        """
        headers: {onCommandError: LOG}
        pipeline:
          - fail: {times: 9, onError: IGNORE}
          - fail: {times: 9}
          - see: {what: "${body}"}
        """);

    assertThat(seen).containsExactly("the body");
  }

  @Test
  void a_failed_command_is_tried_again_when_asked_for() throws Exception {
    run("pipeline: [{fail: {times: 1, onError: RETRY}}, {see: {what: done}}]");

    assertThat(seen).containsExactly("done");
  }

  @Test
  void a_command_that_takes_longer_than_its_timeout_has_failed() {
    assertThatThrownBy(() -> run("pipeline: [{make: {value: 1, takes: 1m, timeout: 50ms}}]"))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("took longer than its timeout");
  }

  @Test
  void nested_steps_run_as_often_as_their_command_likes() throws Exception {
    run(
        """
        pipeline:
          - twice:
              pipeline:
                - see: {what: "${body}"}
        """);

    assertThat(seen).containsExactly("the body", "the body");
  }

  @Test
  void all_that_is_wrong_is_told_at_once_with_its_place_and_a_remedy() {
    assertThat(
            problems(
                """
                header:
                  name: x
                pipeline:
                  - mke:
                      value: 1
                  - make:
                      valu: 1
                  - see:
                      what: ${body +}
                  - fail:
                      times: often
                      onError: SOMETIMES
                  - twice:
                      pipeline:
                        - sea: {what: 1}
                  - make: 7
                  - make: {value: 1, id: a}
                  - make: {value: 1, id: a}
                  - make: {value: 1, output: "2 things"}
                """))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("a.yaml:1:1: unknown 'header'; did you mean headers?"),
            p -> assertThat(p).isEqualTo("a.yaml:4:5: unknown command 'mke'; did you mean make?"),
            p -> assertThat(p).startsWith("a.yaml:6:5: make needs the parameter 'value': "),
            p ->
                assertThat(p)
                    .startsWith(
                        "a.yaml:7:7: unknown parameter 'valu' of make; did you mean value?"),
            p -> assertThat(p).startsWith("a.yaml:9:13: 'body +' is not an expression: "),
            p ->
                assertThat(p).isEqualTo("a.yaml:11:14: 'times' must be a whole number, was: often"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "a.yaml:12:16: 'onError' must be one of THROW, IGNORE, LOG, RETRY, was: SOMETIMES"),
            p -> assertThat(p).isEqualTo("a.yaml:15:11: unknown command 'sea'; did you mean see?"),
            p -> assertThat(p).startsWith("a.yaml:16:5: make needs"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        "a.yaml:16:11: 'make' takes parameters by name (value [takes]), and this is 7"),
            p -> assertThat(p).isEqualTo("a.yaml:18:22: the id 'a' is here twice"),
            p -> assertThat(p).startsWith("a.yaml:19:30: 'output' names a variable"));
  }

  @Test
  void what_is_no_pipeline_is_refused_with_what_is_expected() {
    assertThat(problems("- make: {value: 1}"))
        .containsExactly(
            "a.yaml:1:1: a pipeline is a map with the key 'pipeline', and this is a list");
    assertThat(problems("vars: {}"))
        .containsExactly("a.yaml:1:1: the key 'pipeline' with the list of commands is missing");
    assertThat(problems("pipeline: make"))
        .first()
        .asString()
        .contains("must be a list of commands");
    assertThat(problems("pipeline:\n  - make:\n    value: 1"))
        .containsExactly(
            "a.yaml:2:5: a step is one command; its parameters are indented below it, four blanks more");
    assertThat(problems("pipeline: ["))
        .first()
        .asString()
        .startsWith("a.yaml:1:12: this is not YAML");
    assertThat(problems("")).hasSize(1);
  }

  @Test
  void a_text_that_would_grow_without_end_is_refused() {
    String bomb =
        """
        a: &a [x, x, x, x, x, x, x, x, x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
        e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
        pipeline: [make: {value: *e}]
        """;
    assertThat(problems(bomb)).first().asString().contains("parts, aliases counted");
    assertThat(problems("a: &a [*a]\npipeline: []")).first().asString().contains("alias");
    assertThat(problems("pipeline: " + "[".repeat(100_000))).first().asString().contains("deep");
    assertThat(problems("a:\n" + deep(3_000))).isNotEmpty();
    assertThat(problems("x".repeat(2 << 20))).first().asString().contains("1 MiB");
  }

  private static String deep(int levels) {
    StringBuilder yaml = new StringBuilder();
    for (int i = 1; i < levels; i++) {
      yaml.repeat(' ', Math.min(i, 300)).append("- ");
    }
    return yaml.append("x\n").toString();
  }

  @Test
  void a_whole_expression_keeps_its_type_and_a_part_becomes_text() throws Exception {
    assertThat(run("pipeline: [{make: {value: \"${1 + 1}\"}}]")).isEqualTo(2);
    assertThat(run("pipeline: [{make: {value: \"${1 + 1}.\"}}]")).isEqualTo("2.");
    assertThat(run("pipeline: [{make: {value: \"${body}: ${vars}\"}}]", Map.of("a", List.of(1))))
        .isEqualTo("{\"a\":[1]}: {}");
    assertThat(run("pipeline: [{make: {value: {\"a\": [\"${body}\"]}}}]"))
        .isEqualTo(Map.of("a", List.of("the body")));
    assertThat(run("pipeline: [{make: {value: \"${ {'a': '}'}.a }\"}}]")).isEqualTo("}");
  }

  /** Adds to what this test has seen. */
  private final class See implements Command<See.Seen> {
    record Seen(@Param("What.") Object what) {}

    @Override
    public String name() {
      return "see";
    }

    @Override
    public String about() {
      return "Sees.";
    }

    @Override
    public Class<Seen> arguments() {
      return Seen.class;
    }

    @Override
    public Outcome run(Seen arguments, Scope scope) {
      seen.add(arguments.what());
      return Outcome.UNCHANGED;
    }
  }

  private static final class Make implements Command<Make.Made> {
    record Made(
        @Param("The next body.") Object value, @Param("How long.") Optional<Duration> takes) {}

    @Override
    public String name() {
      return "make";
    }

    @Override
    public String about() {
      return "Makes.";
    }

    @Override
    public Class<Made> arguments() {
      return Made.class;
    }

    @Override
    public Outcome run(Made arguments, Scope scope) throws InterruptedException {
      if (arguments.takes().isPresent()) {
        Thread.currentThread().join(arguments.takes().get());
      }
      return Outcome.body(arguments.value());
    }
  }

  private static final class Fail implements Command<Fail.Failing> {
    private int failed;

    record Failing(@Param("So often.") int times) {}

    @Override
    public String name() {
      return "fail";
    }

    @Override
    public String about() {
      return "Fails.";
    }

    @Override
    public Class<Failing> arguments() {
      return Failing.class;
    }

    @Override
    public Outcome run(Failing arguments, Scope scope) {
      if (failed++ < arguments.times()) {
        throw new CommandException("failed on purpose");
      }
      return Outcome.UNCHANGED;
    }
  }

  private static final class Twice implements Command<Twice.Repeated> {
    record Repeated(@Param("What.") Steps pipeline) {}

    @Override
    public String name() {
      return "twice";
    }

    @Override
    public String about() {
      return "Runs steps twice.";
    }

    @Override
    public Class<Repeated> arguments() {
      return Repeated.class;
    }

    @Override
    public Outcome run(Repeated arguments, Scope scope) throws InterruptedException {
      arguments.pipeline().run(scope);
      arguments.pipeline().run(scope);
      return Outcome.UNCHANGED;
    }
  }
}
