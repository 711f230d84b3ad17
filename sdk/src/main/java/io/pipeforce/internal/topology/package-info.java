/** Compares the exchanges, queues and bindings that a service wants with those of the broker. */
@NullMarked
package io.pipeforce.internal.topology;

import org.jspecify.annotations.NullMarked;
