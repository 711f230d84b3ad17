package io.pipeforce.broker.management;

import io.pipeforce.broker.session.AmqpServer;
import java.util.List;

/** All there is. The first one that fits is called. */
final class Endpoints {
  private Endpoints() {}

  static List<Endpoint> all(AmqpServer server) {
    OverviewApi overview = new OverviewApi(server);
    ClientsApi clients = new ClientsApi(server);
    QueuesApi queues = new QueuesApi(server);
    MessagesApi messages = new MessagesApi(server);
    ExchangesApi exchanges = new ExchangesApi(server);
    BindingsApi bindings = new BindingsApi(server);
    return List.of(
        Endpoint.of("GET /api/overview", overview::overview),
        Endpoint.of("GET /api/whoami", overview::whoAmI),
        Endpoint.of("GET /api/vhosts", overview::virtualHosts),
        Endpoint.of("GET /api/aliveness-test/{vhost}", overview::alive),
        Endpoint.of("GET /api/health/checks/alarms", overview::alarms),
        Endpoint.of("GET /api/connections", clients::connections),
        Endpoint.of("DELETE /api/connections/{name}", clients::closeConnection),
        Endpoint.of("GET /api/channels", clients::channels),
        Endpoint.of("GET /api/consumers", clients::consumers),
        Endpoint.of("GET /api/consumers/{vhost}", clients::consumers),
        Endpoint.of("GET /api/queues", queues::list),
        Endpoint.of("GET /api/queues/{vhost}", queues::list),
        Endpoint.of("GET /api/queues/{vhost}/{name}", queues::get),
        Endpoint.of("PUT /api/queues/{vhost}/{name}", queues::put),
        Endpoint.of("DELETE /api/queues/{vhost}/{name}", queues::delete),
        Endpoint.of("GET /api/queues/{vhost}/{name}/bindings", bindings::ofQueue),
        Endpoint.of("DELETE /api/queues/{vhost}/{name}/contents", messages::purge),
        Endpoint.of("POST /api/queues/{vhost}/{name}/get", messages::get),
        Endpoint.of("GET /api/exchanges", exchanges::list),
        Endpoint.of("GET /api/exchanges/{vhost}", exchanges::list),
        Endpoint.of("GET /api/exchanges/{vhost}/{name}", exchanges::get),
        Endpoint.of("PUT /api/exchanges/{vhost}/{name}", exchanges::put),
        Endpoint.of("DELETE /api/exchanges/{vhost}/{name}", exchanges::delete),
        Endpoint.of("GET /api/exchanges/{vhost}/{name}/bindings/source", bindings::from),
        Endpoint.of("GET /api/exchanges/{vhost}/{name}/bindings/destination", bindings::to),
        Endpoint.of("POST /api/exchanges/{vhost}/{name}/publish", messages::publish),
        Endpoint.of("GET /api/bindings", bindings::list),
        Endpoint.of("GET /api/bindings/{vhost}", bindings::list),
        Endpoint.of("GET /api/bindings/{vhost}/e/{source}/{type}/{destination}", bindings::between),
        Endpoint.of("POST /api/bindings/{vhost}/e/{source}/{type}/{destination}", bindings::post),
        Endpoint.of(
            "GET /api/bindings/{vhost}/e/{source}/{type}/{destination}/{props}", bindings::get),
        Endpoint.of(
            "DELETE /api/bindings/{vhost}/e/{source}/{type}/{destination}/{props}",
            bindings::delete));
  }
}
