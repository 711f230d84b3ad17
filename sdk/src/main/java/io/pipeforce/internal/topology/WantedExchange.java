package io.pipeforce.internal.topology;

/**
 * An exchange that a service uses: as it is found, else created durable.
 *
 * @param type {@code topic} or {@code fanout}
 */
public record WantedExchange(String name, String type) {}
