package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.pipeforce.hub.platform.Platform.PullSecret;
import io.pipeforce.hub.platform.PlatformException;
import io.pipeforce.image.Credentials;
import io.pipeforce.image.ImageName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How an image is pulled that not everybody may have.
 *
 * @param secret name of the Secret from which the nodes take the login
 * @param made that Secret, when it is one of ours and has to be there first
 * @param credentials the login itself
 */
record Pull(String secret, Optional<Secret> made, Credentials credentials) {
  private static final String TYPE = "kubernetes.io/dockerconfigjson";
  private static final String KEY = ".dockerconfigjson";

  /**
   * By what {@code imagePullSecret} says: the name of a Secret of the namespace, or {@code
   * USER:PASSWORD}.
   *
   * @param owner name of the Secret that is made for a password
   * @param secrets finds those of the namespace
   */
  static Pull of(
      PullSecret given,
      ImageName image,
      String owner,
      Map<String, String> labels,
      Function<String, Optional<Secret>> secrets) {
    int colon = given.text().indexOf(':');
    if (colon > 0) {
      Credentials credentials =
          new Credentials(given.text().substring(0, colon), given.text().substring(colon + 1));
      return new Pull(owner, Optional.of(secret(owner, labels, image, credentials)), credentials);
    }
    Secret secret =
        secrets
            .apply(given.text())
            .orElseThrow(() ->
                new PlatformException(
                    "there is no Secret %s in the namespace; make it with kubectl create secret docker-registry, or give imagePullSecret as USER:PASSWORD"
                        .formatted(given.text())));
    return new Pull(given.text(), Optional.empty(), credentials(secret, image));
  }

  private static Secret secret(
      String name, Map<String, String> labels, ImageName image, Credentials credentials) {
    Map<String, Object> login =
        Map.of("username", credentials.user(), "password", credentials.password());
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withType(TYPE)
        .addToData(
            KEY,
            base64(
                JsonMapper.shared()
                    .writeValueAsBytes(Map.of("auths", Map.of(registry(image), login)))))
        .build();
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  /** Docker Hub's entry has the name that {@code docker login} gives it. */
  private static String registry(ImageName image) {
    return image.registry().equals("docker.io") ? "https://index.docker.io/v1/" : image.registry();
  }

  private static Credentials credentials(Secret secret, ImageName image) {
    String name = secret.getMetadata().getName();
    String encoded = Optional.ofNullable(secret.getData()).map(data -> data.get(KEY)).orElse("");
    try {
      JsonNode auths = JsonMapper.shared().readTree(decoded(encoded)).path("auths");
      JsonNode login = auths.path(registry(image));
      if (login.isMissingNode()) {
        login = auths.path("https://" + image.registry());
      }
      if (login.isMissingNode()) {
        throw new PlatformException(
            "the Secret %s has no login for %s (it has: %s)"
                .formatted(name, image.registry(), String.join(", ", auths.propertyNames())));
      }
      if (login.path("auth").isString()) {
        String[] pair = decoded(login.path("auth").asString()).split(":", 2);
        return new Credentials(pair[0], pair.length == 2 ? pair[1] : "");
      }
      return new Credentials(
          login.path("username").asString(""), login.path("password").asString(""));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new PlatformException(
          "the Secret %s is none of type %s; make it with kubectl create secret docker-registry"
              .formatted(name, TYPE),
          e);
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /** Not the login. */
  @Override
  public String toString() {
    return "Pull[" + secret + "]";
  }
}
