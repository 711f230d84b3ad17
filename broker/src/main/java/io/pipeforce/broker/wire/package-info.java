/**
 * Turns bytes into AMQP 0-9-1 frames, methods, field tables and properties, and back. Knows nothing
 * of brokers; every type is immutable and can be shared between threads unless it says otherwise.
 */
@NullMarked
package io.pipeforce.broker.wire;

import org.jspecify.annotations.NullMarked;
