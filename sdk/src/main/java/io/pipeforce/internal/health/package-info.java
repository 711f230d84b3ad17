/**
 * Tells over HTTP how the service is: {@code /health/live}, {@code /health/ready} and {@code
 * /metrics}. What it counts costs a few additions per message; the Prometheus library is loaded at
 * the first scrape.
 */
@NullMarked
package io.pipeforce.internal.health;

import org.jspecify.annotations.NullMarked;
