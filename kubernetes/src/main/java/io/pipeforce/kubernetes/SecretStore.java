package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.hub.state.KeyValueStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Each text in a Secret of its own, for a key may be as secret as the text. What another hub has
 * put is known here as soon as the cluster tells.
 */
final class SecretStore implements KeyValueStore {
  private static final Duration NOTICED = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final String kind;
  private final SharedIndexInformer<Secret> secrets;

  SecretStore(Cluster cluster, String kind) {
    this.cluster = cluster;
    this.kind = kind;
    this.secrets =
        cluster.watched(
            "secrets",
            cluster
                .client()
                .secrets()
                .inNamespace(cluster.namespace())
                .withLabel(Labels.STORE, kind));
  }

  @Override
  public Map<String, String> all() {
    return secrets.getStore().list().stream()
        .collect(Collectors.toMap(each -> text(each, "key"), each -> text(each, "value")));
  }

  private static String text(Secret secret, String field) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(field)), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<String> get(String key) {
    return Optional.ofNullable(secrets.getStore().getByKey(cluster.namespace() + "/" + name(key)))
        .map(secret -> text(secret, "value"));
  }

  /** Names of objects are told in many places, so the key is not in it. */
  private String name(String key) {
    return "pipeforce-" + kind + "-" + Fingerprint.of(key);
  }

  @Override
  public void put(String key, String value) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name(key))
            .withLabels(Labels.ofStore(kind))
            .endMetadata()
            .withType("Opaque")
            .addToData("key", PodTemplate.base64(key))
            .addToData("value", PodTemplate.base64(value))
            .build();
    try {
      cluster.apply(secret);
    } catch (PlatformException e) {
      throw new UncheckedIOException(new IOException(e.getMessage(), e));
    }
    await(() -> get(key).filter(value::equals));
  }

  @Override
  public boolean delete(String key) {
    boolean there = get(key).isPresent();
    Secret secret = new SecretBuilder().withNewMetadata().withName(name(key)).endMetadata().build();
    try {
      cluster.delete(secret);
    } catch (PlatformException e) {
      throw new UncheckedIOException(new IOException(e.getMessage(), e));
    }
    await(() -> get(key).isEmpty() ? Optional.of("") : Optional.empty());
    return there;
  }

  private void await(Supplier<Optional<String>> noticed) {
    try {
      var _ = cluster.await(NOTICED, noticed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
