/**
 * Measures the SDK and its peers side by side on one broker, and writes the tables of {@code
 * docs/benchmarks.md}. Every measurement starts processes of the peers and watches them from
 * outside; what a peer says itself is in {@code bench.Meter}.
 */
@NullMarked
package io.pipeforce.bench;

import org.jspecify.annotations.NullMarked;
