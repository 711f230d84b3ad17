package io.pipeforce.broker.model;

import io.pipeforce.broker.wire.FieldTable;

/** Two bindings are the same when all four parts are. */
public record Binding(
    Exchange source, Destination destination, String routingKey, FieldTable arguments) {}
