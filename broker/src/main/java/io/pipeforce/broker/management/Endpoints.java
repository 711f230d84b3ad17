package io.pipeforce.broker.management;

import static io.pipeforce.broker.management.NothingApi.refusing;

import io.pipeforce.broker.session.AmqpServer;
import java.util.List;

/** All there is. The first one that fits is called. */
final class Endpoints {
  private Endpoints() {}

  static List<Endpoint> all(AmqpServer server, Rates rates, Listeners listeners) {
    OverviewApi overview = new OverviewApi(server, rates, listeners);
    NodesApi nodes = new NodesApi(server, rates, listeners);
    AccessApi access = new AccessApi();
    HealthApi health = new HealthApi(server, listeners);
    ClientsApi clients = new ClientsApi(server, rates);
    QueuesApi queues = new QueuesApi(server, clients, rates);
    MessagesApi messages = new MessagesApi(server);
    ExchangesApi exchanges = new ExchangesApi(server, rates);
    BindingsApi bindings = new BindingsApi(server);
    DefinitionsApi definitions = new DefinitionsApi(server);
    NothingApi nothing = new NothingApi();
    return List.of(
        Endpoint.of("GET /api/overview", overview::overview),
        Endpoint.of("GET /api/cluster-name", overview::clusterName),
        Endpoint.of("PUT /api/cluster-name", nothing::clusterName),
        Endpoint.of("GET /api/nodes", nodes::list),
        Endpoint.of("GET /api/nodes/{name}", nodes::get),
        Endpoint.of("GET /api/extensions", nothing::none),
        Endpoint.of("GET /api/vhosts", overview::virtualHosts),
        Endpoint.of("GET /api/vhosts/{vhost}", overview::virtualHost),
        Endpoint.of("PUT /api/vhosts/{name}", refusing("virtual hosts")),
        Endpoint.of("DELETE /api/vhosts/{vhost}", refusing("deleting virtual hosts")),
        Endpoint.of("GET /api/vhosts/{vhost}/permissions", access::permissions),
        Endpoint.of("GET /api/vhosts/{vhost}/topic-permissions", nothing::none),
        Endpoint.of("GET /api/vhosts/{vhost}/connections", clients::connections),
        Endpoint.of("GET /api/vhosts/{vhost}/channels", clients::channels),
        Endpoint.of("GET /api/whoami", access::whoAmI),
        Endpoint.of("GET /api/auth", access::auth),
        Endpoint.of("GET /api/users", access::users),
        Endpoint.of("GET /api/users/without-permissions", nothing::none),
        Endpoint.of("POST /api/users/bulk-delete", refusing("deleting users")),
        Endpoint.of("GET /api/users/{user}", access::user),
        Endpoint.of("PUT /api/users/{user}", refusing("users")),
        Endpoint.of("DELETE /api/users/{user}", access::deleteUser),
        Endpoint.of("GET /api/users/{user}/permissions", access::permissionsOfUser),
        Endpoint.of("GET /api/users/{user}/topic-permissions", nothing::none),
        Endpoint.of("GET /api/permissions", access::permissions),
        Endpoint.of("GET /api/permissions/{vhost}/{user}", access::permission),
        Endpoint.of("PUT /api/permissions/{vhost}/{user}", access::putPermission),
        Endpoint.of("DELETE /api/permissions/{vhost}/{user}", refusing("taking permissions away")),
        Endpoint.of("GET /api/topic-permissions", nothing::none),
        Endpoint.of("PUT /api/topic-permissions/{vhost}/{user}", refusing("topic permissions")),
        Endpoint.of("GET /api/aliveness-test/{vhost}", overview::alive),
        Endpoint.of("GET /api/health/checks/alarms", health::alarms),
        Endpoint.of("GET /api/health/checks/local-alarms", health::localAlarms),
        Endpoint.of(
            "GET /api/health/checks/certificate-expiration/{within}/{unit}", health::certificates),
        Endpoint.of("GET /api/health/checks/port-listener/{port}", health::port),
        Endpoint.of("GET /api/health/checks/protocol-listener/{protocol}", health::protocol),
        Endpoint.of("GET /api/health/checks/virtual-hosts", health::holds),
        Endpoint.of("GET /api/health/checks/node-is-quorum-critical", health::quorumCritical),
        Endpoint.of("GET /api/health/checks/metadata-store/initialized", health::holds),
        Endpoint.of("GET /api/health/checks/metadata-store/initialized/with-data", health::holds),
        Endpoint.of(
            "GET /api/health/checks/quorum-queues-without-elected-leaders/all-vhosts/pattern/{pattern}",
            health::holds),
        Endpoint.of(
            "GET /api/health/checks/quorum-queues-without-elected-leaders/vhost/{vhost}/pattern/{pattern}",
            health::holds),
        Endpoint.of("GET /api/health/checks/is-in-service", health::holds),
        Endpoint.of("GET /api/health/checks/ready-to-serve-clients", health::holds),
        Endpoint.of("GET /api/health/checks/below-node-connection-limit", health::holds),
        Endpoint.of("GET /api/connections", clients::connections),
        Endpoint.of("GET /api/connections/username/{user}", clients::connectionsOfUser),
        Endpoint.of("DELETE /api/connections/username/{user}", clients::closeConnectionsOfUser),
        Endpoint.of("GET /api/connections/{name}", clients::connection),
        Endpoint.of("DELETE /api/connections/{name}", clients::closeConnection),
        Endpoint.of("GET /api/connections/{name}/channels", clients::channelsOfConnection),
        Endpoint.of("GET /api/channels", clients::channels),
        Endpoint.of("GET /api/channels/{name}", clients::channel),
        Endpoint.of("GET /api/consumers", clients::consumers),
        Endpoint.of("GET /api/consumers/{vhost}", clients::consumers),
        Endpoint.of("GET /api/queues", queues::list),
        Endpoint.of("GET /api/queues/detailed", queues::detailed),
        Endpoint.of("GET /api/queues/{vhost}", queues::list),
        Endpoint.of("GET /api/queues/{vhost}/{name}", queues::get),
        Endpoint.of("PUT /api/queues/{vhost}/{name}", queues::put),
        Endpoint.of("DELETE /api/queues/{vhost}/{name}", queues::delete),
        Endpoint.of("GET /api/queues/{vhost}/{name}/bindings", bindings::ofQueue),
        Endpoint.of("DELETE /api/queues/{vhost}/{name}/contents", messages::purge),
        Endpoint.of("POST /api/queues/{vhost}/{name}/actions", queues::act),
        Endpoint.of("POST /api/queues/{vhost}/{name}/get", messages::get),
        Endpoint.of("POST /api/rebalance/queues", nothing::done),
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
            bindings::delete),
        Endpoint.of("GET /api/definitions", definitions::export),
        Endpoint.of("POST /api/definitions", definitions::load),
        Endpoint.of("GET /api/definitions/{vhost}", definitions::exportVirtualHost),
        Endpoint.of("POST /api/definitions/{vhost}", definitions::load),
        Endpoint.of("GET /api/global-parameters", nothing::globalParameters),
        Endpoint.of("GET /api/global-parameters/{name}", nothing::globalParameter),
        Endpoint.of("PUT /api/global-parameters/{name}", refusing("global parameters")),
        Endpoint.of("DELETE /api/global-parameters/{name}", nothing::missing),
        Endpoint.of("GET /api/parameters", nothing::none),
        Endpoint.of("GET /api/parameters/{component}", nothing::none),
        Endpoint.of("GET /api/parameters/{component}/{vhost}", nothing::none),
        Endpoint.of("GET /api/parameters/{component}/{vhost}/{name}", nothing::missing),
        Endpoint.of("PUT /api/parameters/{component}/{vhost}/{name}", refusing("parameters")),
        Endpoint.of("DELETE /api/parameters/{component}/{vhost}/{name}", nothing::missing),
        Endpoint.of("GET /api/policies", nothing::none),
        Endpoint.of("GET /api/policies/{vhost}", nothing::none),
        Endpoint.of("GET /api/policies/{vhost}/{name}", nothing::missing),
        Endpoint.of("PUT /api/policies/{vhost}/{name}", refusing("policies")),
        Endpoint.of("DELETE /api/policies/{vhost}/{name}", nothing::missing),
        Endpoint.of("GET /api/operator-policies", nothing::none),
        Endpoint.of("GET /api/operator-policies/{vhost}", nothing::none),
        Endpoint.of("GET /api/operator-policies/{vhost}/{name}", nothing::missing),
        Endpoint.of("PUT /api/operator-policies/{vhost}/{name}", refusing("operator policies")),
        Endpoint.of("DELETE /api/operator-policies/{vhost}/{name}", nothing::missing),
        Endpoint.of("GET /api/vhost-limits", nothing::none),
        Endpoint.of("GET /api/vhost-limits/{vhost}", nothing::none),
        Endpoint.of("PUT /api/vhost-limits/{vhost}/{name}", refusing("limits of virtual hosts")),
        Endpoint.of("DELETE /api/vhost-limits/{vhost}/{name}", nothing::done),
        Endpoint.of("GET /api/user-limits", nothing::none),
        Endpoint.of("GET /api/user-limits/{user}", nothing::none),
        Endpoint.of("PUT /api/user-limits/{user}/{name}", refusing("limits of users")),
        Endpoint.of("DELETE /api/user-limits/{user}/{name}", nothing::done),
        Endpoint.of("GET /api/feature-flags", nothing::none),
        Endpoint.of("GET /api/deprecated-features", nothing::none),
        Endpoint.of("GET /api/deprecated-features/used", nothing::none));
  }
}
