package io.pipeforce.hub.platform;

/**
 * A job as it is wanted: run once, and never again by itself.
 *
 * @param name of the job
 * @param workload what it runs
 */
public record JobSpec(String name, Workload workload) {
  public JobSpec {
    Names.label("name", name);
  }
}
