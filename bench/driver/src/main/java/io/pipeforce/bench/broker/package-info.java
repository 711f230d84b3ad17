/** Measures the dev broker and RabbitMQ side by side, by the same client: {@code bench/broker}. */
@NullMarked
package io.pipeforce.bench.broker;

import org.jspecify.annotations.NullMarked;
