package io.pipeforce.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** By which labels and annotations our objects are known, and what is noted on them. */
final class Labels {
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String PIPEFORCE = "pipeforce";
  static final String SERVICE = "pipeforce.io/service";
  static final String JOB = "pipeforce.io/job";

  /** Of a store of the hub's own things, its kind. */
  static final String STORE = "pipeforce.io/store";

  /** Which version of a service a pod is of. */
  static final String VERSION = "pipeforce.io/version";

  /** Annotation: what was asked for, as JSON, without the values of variables. */
  static final String SPEC = "pipeforce.io/spec";

  /** Annotation: which image exactly. */
  static final String DIGEST = "pipeforce.io/digest";

  /** Annotation of a job: that no other may start while it runs. */
  static final String ALONE = "pipeforce.io/alone";

  /** Annotation of a job: why it was ended from outside. */
  static final String VERDICT = "pipeforce.io/verdict";

  /** Annotation of a job that has ended: how many octets it has written. */
  static final String OUTPUT = "pipeforce.io/output";

  /** Annotation of a job that has ended: the code of its process, when it had one. */
  static final String EXIT_CODE = "pipeforce.io/exit-code";

  /** Of a part of the output of a job: in which order they come. */
  static final String PART = "pipeforce.io/part";

  private static final String NAME = "app.kubernetes.io/name";

  private Labels() {}

  static boolean isOurs(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null && PIPEFORCE.equals(labels.get(MANAGED_BY));
  }

  static Map<String, String> ofService(String name) {
    return Map.of(MANAGED_BY, PIPEFORCE, NAME, name, SERVICE, name);
  }

  static Map<String, String> ofJob(String name) {
    return Map.of(MANAGED_BY, PIPEFORCE, NAME, name, JOB, name);
  }

  static Map<String, String> ofStore(String kind) {
    return Map.of(MANAGED_BY, PIPEFORCE, STORE, kind);
  }
}
