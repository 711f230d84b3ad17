package io.pipeforce.hub.commands;

import io.pipeforce.hub.platform.InstanceStatus;
import io.pipeforce.hub.platform.JobStatus;
import io.pipeforce.hub.platform.ServiceStatus;
import io.pipeforce.hub.platform.Workload;
import java.util.LinkedHashMap;
import java.util.Map;

/** How services and jobs are told of. No value of a variable is among it: it may be a secret. */
final class Statuses {
  private Statuses() {}

  static Map<String, Object> compact(ServiceStatus status) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", status.spec().name());
    told.put("status", status.state().toString());
    told.put("ready", status.ready() + "/" + status.spec().replicas());
    status.url().ifPresent(url -> told.put("url", url));
    return told;
  }

  static Map<String, Object> normal(ServiceStatus status) {
    Map<String, Object> told = compact(status);
    status.spec().workload().ifPresent(workload -> told.put("image", workload.image()));
    told.put("instances", status.instances().stream().map(Statuses::instance).toList());
    return told;
  }

  static Map<String, Object> full(ServiceStatus status) {
    Map<String, Object> told = normal(status);
    status.digest().ifPresent(digest -> told.put("digest", digest));
    status.spec().port().ifPresent(port -> told.put("port", port));
    status.spec().ingress().ifPresent(ingress -> told.put("ingress", ingress));
    told.put("replicas", status.spec().replicas());
    status.spec().maxReplicas().ifPresent(most -> told.put("maxReplicas", most));
    told.put("volumes", status.spec().volumes());
    status.spec().workload().ifPresent(workload -> workload(workload, told));
    return told;
  }

  private static void workload(Workload workload, Map<String, Object> told) {
    told.put("imagePullPolicy", workload.pullPolicy().toString());
    told.put("command", workload.command());
    told.put("args", workload.args());
    told.put("env", workload.env().keySet().stream().sorted().toList());
  }

  private static Map<String, Object> instance(InstanceStatus instance) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("id", instance.id());
    told.put("status", instance.state().toString());
    told.put("since", instance.since().toString());
    told.put("restarts", instance.restarts());
    instance.why().ifPresent(why -> told.put("why", why));
    return told;
  }

  static Map<String, Object> job(JobStatus status) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", status.name());
    told.put("status", status.state().toString());
    status.exitCode().ifPresent(code -> told.put("exitCode", code));
    told.put("image", status.image());
    told.put("started", status.started().toString());
    status.ended().ifPresent(ended -> told.put("ended", ended.toString()));
    status.why().ifPresent(why -> told.put("why", why));
    return told;
  }
}
