package io.pipeforce.test;

import io.pipeforce.Message;

/**
 * A message that the service gave up.
 *
 * @param handler whose it was, as {@code Class.method}
 * @param reason why
 * @param attempts how often the handler was called with it
 * @param message the message with its original exchange, key and body; its headers tell the rest
 */
public record DeadLetter(String handler, String reason, int attempts, Message message) {}
