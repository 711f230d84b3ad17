/**
 * Other people's clients, each used as its own tutorial would. They run on the dev broker and on
 * RabbitMQ 4.0, and cannot tell one from the other.
 */
@NullMarked
package io.pipeforce.broker.clients;

import org.jspecify.annotations.NullMarked;
