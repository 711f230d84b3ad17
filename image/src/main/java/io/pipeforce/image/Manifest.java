package io.pipeforce.image;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an image consists of, as the OCI image specification and Docker's version 2.2 write it.
 *
 * @param mediaType of the manifest itself
 * @param config the document that says how to run it
 * @param layers from the lowest to the highest
 */
record Manifest(String mediaType, Part config, List<Part> layers) {
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";

  static final ObjectMapper JSON = JsonMapper.builder().build();

  /** One blob of it. */
  record Part(String mediaType, Digest digest, long size) {
    JsonNode toJson() {
      ObjectNode json = JSON.createObjectNode();
      json.put("mediaType", mediaType);
      json.put("digest", digest.toString());
      json.put("size", size);
      return json;
    }
  }

  Manifest {
    layers = List.copyOf(layers);
  }

  static Manifest read(byte[] bytes) throws IOException {
    JsonNode json = parse(bytes);
    List<Part> layers = new ArrayList<>();
    for (JsonNode layer : json.path("layers")) {
      layers.add(part(layer));
    }
    return new Manifest(json.path("mediaType").asString(OCI), part(json.path("config")), layers);
  }

  /** The same manifest gives the same bytes, and so the same digest. */
  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("schemaVersion", 2);
    json.put("mediaType", mediaType);
    json.set("config", config.toJson());
    ArrayNode parts = json.putArray("layers");
    layers.forEach(layer -> parts.add(layer.toJson()));
    return JSON.writeValueAsBytes(json);
  }

  long size() {
    return config.size() + layers.stream().mapToLong(Part::size).sum();
  }

  static JsonNode parse(byte[] bytes) throws ImageException {
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw new ImageException("the image is broken: " + e.getOriginalMessage(), e);
    }
  }

  private static Part part(JsonNode json) throws ImageException {
    return new Part(
        json.path("mediaType").asString(""),
        Digest.parse(json.path("digest").asString("")),
        json.path("size").asLong(0));
  }

  /** How to run it, from the document that {@link #config} names. */
  static ImageConfig configOf(JsonNode document) {
    JsonNode config = document.path("config");
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : texts(config.path("Env"))) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    Map<String, String> labels = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> label : config.path("Labels").properties()) {
      labels.put(label.getKey(), label.getValue().asString(""));
    }
    String folder = config.path("WorkingDir").asString("");
    return new ImageConfig(
        texts(config.path("Entrypoint")),
        texts(config.path("Cmd")),
        folder.startsWith("/") ? folder : "/" + folder,
        environment,
        labels);
  }

  /** A time, or the beginning of all of them. */
  static Instant instant(JsonNode text) {
    try {
      return Instant.parse(text.asString(""));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : array) {
      texts.add(one.asString(""));
    }
    return texts;
  }
}
