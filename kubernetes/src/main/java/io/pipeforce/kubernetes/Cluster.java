package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.pipeforce.hub.platform.PlatformException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our objects in one namespace: as they were a moment ago, kept in memory by watching them, and
 * ways to change them. Thread-safe.
 */
final class Cluster implements AutoCloseable {
  private static final String FIELD_MANAGER = "pipeforce-hub";

  private final KubernetesClient client;
  private final String namespace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long changes;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private volatile boolean closed;
  private final SharedIndexInformer<ConfigMap> records;
  private final SharedIndexInformer<Deployment> deployments;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Job> jobs;

  private Cluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    records =
        watch(
            client
                .configMaps()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE)
                .withLabel(Labels.SERVICE));
    deployments =
        watch(
            client
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE));
    pods =
        watch(
            client.pods().inNamespace(namespace).withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE),
            Map.of(
                Labels.SERVICE, pod -> List.of(label(pod, Labels.SERVICE)),
                Labels.JOB, pod -> List.of(label(pod, Labels.JOB))));
    jobs =
        watch(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(Labels.MANAGED_BY, Labels.PIPEFORCE));
  }

  /**
   * Reads all and begins to watch.
   *
   * @throws PlatformException when the cluster does not answer, or does not let us
   */
  static Cluster watch(KubernetesClient client, String namespace) {
    return call(
        "watch what is in the namespace " + namespace, () -> new Cluster(client, namespace));
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(Informable<T> kind) {
    return watch(kind, Map.of());
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(
      Informable<T> kind, Map<String, Function<T, List<String>>> indexes) {
    SharedIndexInformer<T> informer =
        kind.runnableInformer(0)
            .itemStore(new WithoutManagers<>())
            .addIndexers(indexes)
            .addEventHandler(new Handler<>(this::signal));
    informers.add(informer);
    informer.run();
    return informer;
  }

  /** Which field was set by whom is a third of an object, and nobody asks for it here. */
  private static final class WithoutManagers<T extends HasMetadata> extends BasicItemStore<T> {
    WithoutManagers() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public @Nullable T put(String key, T object) {
      object.getMetadata().setManagedFields(List.of());
      return super.put(key, object);
    }
  }

  /** Watches further objects. */
  <T extends HasMetadata> SharedIndexInformer<T> watched(String what, Informable<T> kind) {
    return call("watch " + what, () -> watch(kind));
  }

  /** Tells of every change. */
  private record Handler<T>(Runnable signal) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      signal.run();
    }

    @Override
    public void onUpdate(T before, T now) {
      signal.run();
    }

    @Override
    public void onDelete(T object, boolean unknownFinalState) {
      signal.run();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks again after each change of what is watched, and from time to time, until there is an
   * answer.
   *
   * @return the answer; empty when there was none in this time
   */
  <T> Optional<T> await(Duration longest, Supplier<Optional<T>> question)
      throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      long asked = changes();
      if (closed) {
        throw new PlatformException(
            "the hub has ended meanwhile; what it has begun the cluster goes on with");
      }
      Optional<T> answer = question.get();
      long left = deadline - System.nanoTime();
      if (answer.isPresent() || left <= 0) {
        return answer;
      }
      // Some answers depend on the time, too.
      awaitChange(asked, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
    }
  }

  private long changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  private void awaitChange(long since, long longestNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = longestNanos;
      while (changes == since && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return namespace;
  }

  /** What was asked for, of each service. */
  List<ConfigMap> records() {
    return records.getStore().list();
  }

  Optional<ConfigMap> record(String service) {
    return get(records, ServiceObjects.recordName(service));
  }

  Optional<Deployment> deployment(String service) {
    return get(deployments, service);
  }

  List<Job> jobs() {
    return jobs.getStore().list();
  }

  Optional<Job> job(String name) {
    return get(jobs, name);
  }

  private <T> Optional<T> get(SharedIndexInformer<T> kind, String name) {
    return Optional.ofNullable(kind.getStore().getByKey(namespace + "/" + name));
  }

  /** In the order of their starts. */
  List<Pod> podsOfService(String name) {
    return pods(Labels.SERVICE, name);
  }

  /** In the order of their starts. */
  List<Pod> podsOfJob(String name) {
    return pods(Labels.JOB, name);
  }

  Optional<Pod> pod(String name) {
    return get(pods, name);
  }

  private List<Pod> pods(String label, String name) {
    return pods.getIndexer().byIndex(label, name).stream().sorted(PodView.BY_AGE).toList();
  }

  private static String label(HasMetadata object, String label) {
    return object.getMetadata().getLabels().getOrDefault(label, "");
  }

  /**
   * Makes it so, whatever it was: fields that others have set are taken back when they are ours to
   * say.
   */
  <T extends HasMetadata> T apply(T object) {
    return call(
        "apply " + name(object),
        () ->
            client
                .resource(object)
                .inNamespace(namespace)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply());
  }

  static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }

  /** Begins to delete; what belongs to it goes later. */
  void delete(HasMetadata object) {
    call("delete " + name(object), () -> client.resource(object).inNamespace(namespace).delete());
  }

  /**
   * Does something with the API, and tells in our words what it did not do.
   *
   * @param what in the infinitive
   */
  static <T> T call(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (KubernetesClientException e) {
      throw new PlatformException("the cluster did not %s: %s".formatted(what, reason(e)), e);
    } catch (IllegalStateException e) {
      // The client is closed: the hub ends.
      throw new PlatformException("the cluster did not %s: %s".formatted(what, e.getMessage()), e);
    }
  }

  static String reason(KubernetesClientException e) {
    String said =
        Optional.ofNullable(e.getStatus())
            .map(Status::getMessage)
            .filter(text -> !text.isBlank())
            .orElseGet(() -> deepest(e));
    if (e.getCode() == 403 && said.strip().endsWith(":")) {
      // Of what is applied and has to be made first the API server does not say it.
      said = said.strip() + " it may not create it";
    }
    return e.getCode() == 403
        ? said + "; give the hub's service account this right (deploy/kubernetes has the Role)"
        : said;
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  @Override
  public void close() {
    closed = true;
    signal();
    informers.forEach(SharedIndexInformer::stop);
    client.close();
  }
}
