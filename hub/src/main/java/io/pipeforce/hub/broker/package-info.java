/** The broker's queues, exchanges and bindings, and a look at what is in the queues. */
@NullMarked
package io.pipeforce.hub.broker;

import org.jspecify.annotations.NullMarked;
