package io.pipeforce.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.pipeforce.BrokerAddress;
import io.pipeforce.EventClient;
import io.pipeforce.broker.Broker;
import io.pipeforce.broker.BrokerOptions;
import io.pipeforce.hub.reference.OpenApi;
import io.pipeforce.hub.state.FolderStore;
import io.pipeforce.hub.webhook.Webhooks;
import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document has every route, so that whoever tests by it forgets none. */
class RoutesTest {
  @TempDir private Path state;

  @Test
  void the_document_has_every_route_and_no_other() {
    SortedSet<String> routes = new TreeSet<>();
    try (Broker broker = Broker.start(BrokerOptions.local());
        EventClient events =
            EventClient.connect(BrokerAddress.of("127.0.0.1", broker.port()), "events")) {
      HubServer.routes(
          recorder("", routes),
          List.of(),
          Webhooks.in(FolderStore.in(state), events),
          _ -> Optional.empty(),
          () -> true);
    }

    SortedSet<String> told = new TreeSet<>();
    Map<?, ?> paths = (Map<?, ?>) OpenApi.of(List.of(), _ -> false).get("paths");
    paths.forEach((path, methods) ->
        ((Map<?, ?>) methods).keySet().forEach(method -> told.add(method + " " + path)));
    // Of commands it has each by its name.
    told.addAll(List.of("get /api/v3/command/{name}", "post /api/v3/command/{name}"));
    assertThat(routes).isEqualTo(told);
  }

  private static HttpRules recorder(String prefix, SortedSet<String> routes) {
    return (HttpRules)
        Proxy.newProxyInstance(
            RoutesTest.class.getClassLoader(),
            new Class<?>[] {HttpRules.class},
            (proxy, method, arguments) -> {
              String path = prefix + arguments[0];
              switch (method.getName()) {
                case "register" -> {
                  for (int i = 0; i < Array.getLength(arguments[1]); i++) {
                    ((HttpService) Array.get(arguments[1], i)).routing(recorder(path, routes));
                  }
                }
                case "get", "post", "put", "delete" ->
                    routes.add(
                        method.getName().toLowerCase(Locale.ROOT)
                            + " "
                            + path.replaceFirst("/$", ""));
                default -> throw new AssertionError("a route by " + method);
              }
              return proxy;
            });
  }
}
