/** Looks at a broker beside the service under test, with the AMQP client library. */
@NullMarked
package io.pipeforce.test.internal.amqp;

import org.jspecify.annotations.NullMarked;
