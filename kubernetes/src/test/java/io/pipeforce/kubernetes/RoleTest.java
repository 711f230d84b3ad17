package io.pipeforce.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pipeforce.test.internal.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * The hub's Role is what it needs: with all of it everything works, without any right something
 * fails.
 */
class RoleTest {
  private static final Path RIGHTS = Path.of("../deploy/kubernetes/hub/rights.yaml");
  private static final int AT_ONCE = 4;

  private static KubernetesClient admin;
  private static Keda keda;
  private static String image;

  /** What platforms log, of all namespaces. */
  private static final Queue<String> LOG = new ConcurrentLinkedQueue<>();

  private static final AppenderBase<ILoggingEvent> APPENDER =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          String cause =
              event.getThrowableProxy() == null ? "" : " " + event.getThrowableProxy().getMessage();
          LOG.add(event.getFormattedMessage() + cause);
        }
      };

  @BeforeAll
  static void connect() throws Exception {
    RealParts.here().assume(RealParts.KUBERNETES);
    RealParts.here().assume(RealParts.CONTAINERS);
    admin = new KubernetesClientBuilder().withConfig(config()).build();
    image = RealParts.containers().orElseThrow().getProperty("base");
    keda = Keda.present(admin);
    APPENDER.start();
    root().addAppender(APPENDER);
  }

  @AfterAll
  static void disconnect() throws Exception {
    if (keda != null) {
      keda.close();
    }
    if (admin != null) {
      root().detachAppender(APPENDER);
      admin.close();
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  private static Config config() {
    return Config.fromKubeconfig(
        Path.of(RealParts.kubernetes().orElseThrow().getProperty("kubeconfig")).toFile());
  }

  /** To do one thing with one kind of objects. */
  private record Right(String group, String resource, String verb) {
    /** How the API server calls it when it is lacking; of a watch, only that it is. */
    boolean isLacking(String message) {
      return message.contains("cannot %s resource \"%s\"".formatted(verb, resource))
          || (verb.equals("create")
              && message.contains(resource)
              && message.contains("it may not create it"))
          || (verb.equals("watch") && message.contains("watch") && message.contains("Forbidden"));
    }
  }

  private static List<Right> rights() throws IOException {
    Role role = (Role) objects().filter(Role.class::isInstance).findFirst().orElseThrow();
    List<Right> rights = new ArrayList<>();
    for (PolicyRule rule : role.getRules()) {
      for (String resource : rule.getResources()) {
        for (String verb : rule.getVerbs()) {
          rights.add(new Right(rule.getApiGroups().getFirst(), resource, verb));
        }
      }
    }
    return rights;
  }

  private static Stream<?> objects() throws IOException {
    try (var in = Files.newInputStream(RIGHTS)) {
      return admin.load(in).items().stream();
    }
  }

  /** A hub that has these rights in a namespace of its own does all that it can. */
  private static List<String> problems(List<Right> rights, boolean unready) throws Exception {
    String namespace =
        "role-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    try (var in = Files.newInputStream(RIGHTS)) {
      admin
          .load(in)
          .items()
          .forEach(object -> {
            if (object instanceof Role role) {
              role.setRules(rights.stream().map(RoleTest::rule).toList());
            }
            admin.resource(object).inNamespace(namespace).create();
          });
      List<String> problems =
          new HubTasks(namespace, image, token(namespace), () -> logged(namespace))
              .failures(unready);
      return problems;
    } finally {
      admin.namespaces().withName(namespace).delete();
    }
  }

  private static List<String> logged(String namespace) {
    return LOG.stream().filter(line -> line.contains(namespace)).toList();
  }

  private static PolicyRule rule(Right right) {
    return new PolicyRuleBuilder()
        .withApiGroups(right.group())
        .withResources(right.resource())
        .withVerbs(right.verb())
        .build();
  }

  /** As the hub: by the token of its service account. */
  private static Config token(String namespace) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName("hub")
            .tokenRequest()
            .getStatus()
            .getToken();
    Config config = config();
    return new ConfigBuilder()
        .withMasterUrl(config.getMasterUrl())
        .withCaCertData(config.getCaCertData())
        .withCaCertFile(config.getCaCertFile())
        .withNamespace(namespace)
        .withAutoConfigure(false)
        .withOauthToken(token)
        .build();
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void with_all_rights_of_its_role_a_hub_can_do_all_that_it_is_there_for() throws Exception {
    assertThat(problems(rights(), true)).isEmpty();
  }

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void without_any_one_of_them_something_fails_and_says_which_right_is_lacking() throws Exception {
    List<Right> rights = rights();
    List<String> unneeded = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Map.Entry<Right, Future<List<String>>>> outcomes = new ArrayList<>();
      for (Right lacking : rights) {
        List<Right> others = rights.stream().filter(right -> !right.equals(lacking)).toList();
        boolean unready = lacking.resource().equals("events");
        outcomes.add(Map.entry(lacking, threads.submit(() -> problems(others, unready))));
      }
      for (Map.Entry<Right, Future<List<String>>> outcome : outcomes) {
        List<String> problems = outcome.getValue().get();
        Optional<String> told = problems.stream().filter(outcome.getKey()::isLacking).findFirst();
        if (told.isEmpty()) {
          unneeded.add(outcome.getKey() + ": " + problems);
        }
      }
    }
    assertThat(unneeded).isEmpty();
  }
}
