/** Speaks AMQP for the SDK: connects, declares, consumes, settles, publishes. */
@NullMarked
package io.pipeforce.internal.amqp;

import org.jspecify.annotations.NullMarked;
