/**
 * Finds the brokers that tests run on: the dev broker always, real RabbitMQ nodes where present.
 */
@NullMarked
package io.pipeforce.test.internal;

import org.jspecify.annotations.NullMarked;
