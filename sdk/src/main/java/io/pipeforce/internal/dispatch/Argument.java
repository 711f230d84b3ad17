package io.pipeforce.internal.dispatch;

/** Supplies one argument of a handler from a delivery. Chosen once, at start. */
@FunctionalInterface
interface Argument {
  Object of(DeliveryContext delivery) throws UndecodableException;
}
