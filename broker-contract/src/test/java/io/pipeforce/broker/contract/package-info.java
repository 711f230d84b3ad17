/**
 * What an application sees of a broker. Every test runs on the dev broker and on each real RabbitMQ
 * that is present; the real ones are the truth, and where their versions differ the test names both
 * behaviours.
 */
@NullMarked
package io.pipeforce.broker.contract;

import org.jspecify.annotations.NullMarked;
