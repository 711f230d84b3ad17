package io.pipeforce.image;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image, as one writes it after {@code docker pull}: {@code
 * [registry/]repository[:tag][@digest]}.
 *
 * <p>The registry {@code pipeforce-registry} is short for the one of the namespace, which {@code
 * PIPEFORCE_REGISTRY} names; without that, images of this name are only in the store of this
 * machine.
 *
 * @param registry host and port, such as {@code localhost:5000}; {@code docker.io} when the name
 *     says none
 * @param repository path in the registry, such as {@code pipeforce/shop}; small letters and digits,
 *     with single separators between them
 * @param tag {@code latest} when the name says none
 * @param digest {@code sha256:…} when the name asks for exactly one image
 */
public record ImageName(String registry, String repository, String tag, Optional<String> digest) {

  /** Short for the registry of the namespace. */
  public static final String OUR_REGISTRY = "pipeforce-registry";

  private static final String DOCKER_HUB = "docker.io";
  private static final int LONGEST = 255;
  // The grammar of the OCI distribution specification; possessive, so that no text takes long.
  private static final Pattern REGISTRY =
      Pattern.compile(
          "[a-zA-Z0-9](?:[a-zA-Z0-9-]*+)(?:\\.[a-zA-Z0-9][a-zA-Z0-9-]*+)*+(?::[0-9]{1,5})?");
  private static final Pattern PATH_PART =
      Pattern.compile("[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Checks all parts; throws IllegalArgumentException that tells which is wrong, and the rule. */
  public ImageName {
    String text = text(registry, repository, tag, digest);
    if (!REGISTRY.matcher(registry).matches()) {
      throw wrong(text, "the registry '" + registry + "' is no host name, such as localhost:5000");
    }
    if (registry.length() + repository.length() > LONGEST) {
      throw wrong(text.substring(0, 60) + "…", "it is longer than " + LONGEST + " letters");
    }
    for (String part : repository.split("/", -1)) {
      if (!PATH_PART.matcher(part).matches()) {
        throw wrong(
            text,
            "'"
                + part
                + "' must be small letters and digits, with single separators (. _ -) between"
                + " them, such as order-service");
      }
    }
    if (!TAG.matcher(tag).matches()) {
      throw wrong(
          text, "the tag '" + tag + "' must be up to 128 letters, digits and . _ -, such as 1.0");
    }
    if (digest.isPresent() && !DIGEST.matcher(digest.get()).matches()) {
      throw wrong(text, "the digest must be sha256: and 64 of the letters 0-9 and a-f");
    }
  }

  /**
   * Reads a name and leaves {@code pipeforce-registry/} as it is.
   *
   * @throws IllegalArgumentException when it is none; tells what is wrong with which part
   */
  public static ImageName parse(String text) {
    String rest = text;
    Optional<String> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String tag = "latest";
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    if (isRegistry(first)) {
      return new ImageName(first, rest.substring(slash + 1), tag, digest);
    }
    return new ImageName(DOCKER_HUB, slash < 0 ? "library/" + rest : rest, tag, digest);
  }

  /**
   * Reads a name, with {@code pipeforce-registry/} replaced by what {@code PIPEFORCE_REGISTRY}
   * says, when it says something.
   *
   * @throws IllegalArgumentException when it is no name
   */
  public static ImageName parse(String text, Map<String, String> environment) {
    return parse(text).expanded(environment);
  }

  /** This name in the registry of the namespace, when it begins with {@code pipeforce-registry}. */
  public ImageName expanded(Map<String, String> environment) {
    String ours = environment.getOrDefault("PIPEFORCE_REGISTRY", "").strip();
    if (!registry.equals(OUR_REGISTRY) || ours.isEmpty()) {
      return this;
    }
    String prefix = ours.replaceFirst("^https?://", "").replaceFirst("/+$", "");
    int slash = prefix.indexOf('/');
    String host = slash < 0 ? prefix : prefix.substring(0, slash);
    String path = slash < 0 ? "" : prefix.substring(slash + 1) + "/";
    try {
      return new ImageName(host, path + repository, tag, digest);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "PIPEFORCE_REGISTRY must be HOST[:PORT][/PATH], was '" + ours + "': " + e.getMessage(),
          e);
    }
  }

  /** Whether this name is in no registry, only in the store of this machine. */
  public boolean isLocal() {
    return registry.equals(OUR_REGISTRY);
  }

  /** Whether the registry is on this machine, where plain HTTP will do. */
  boolean isOnThisMachine() {
    String host = registry.replaceFirst(":[0-9]+$", "");
    return host.equals("localhost") || host.equals("127.0.0.1");
  }

  /** What a registry is asked for: the digest, or the tag. */
  String qualifier() {
    return digest.orElse(tag);
  }

  /** The name in full; {@link #parse(String)} reads it. */
  @Override
  public String toString() {
    return text(registry, repository, tag, digest);
  }

  private static boolean isRegistry(String first) {
    return first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || first.equals(OUR_REGISTRY);
  }

  private static String text(
      String registry, String repository, String tag, Optional<String> digest) {
    return registry + "/" + repository + ":" + tag + digest.map(one -> "@" + one).orElse("");
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "'" + text + "' is no name for an image, [REGISTRY/]NAME[:TAG]: " + why);
  }
}
