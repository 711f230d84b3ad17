/**
 * Carries the W3C trace context from a message to what its handler sends. Spans are made only where
 * the service, or a Java agent, brings an OpenTelemetry SDK.
 */
@NullMarked
package io.pipeforce.internal.tracing;

import org.jspecify.annotations.NullMarked;
