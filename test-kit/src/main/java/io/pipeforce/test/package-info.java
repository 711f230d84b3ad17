/**
 * Runs a service for a test: {@link io.pipeforce.test.ServiceTest} starts it on a broker over TCP,
 * {@link io.pipeforce.test.ServiceUnderTest} tells what became of its messages.
 */
@NullMarked
package io.pipeforce.test;

import org.jspecify.annotations.NullMarked;
