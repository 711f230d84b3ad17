/**
 * The delivery contract of the SDK, on the dev broker and on each RabbitMQ that is there: what a
 * handler gets, when it gets it again, what becomes of what it publishes, and what a break costs.
 */
package io.pipeforce.test.delivery;
