/** What one of each costs, and what a hundred thousand of them would take: {@code bench/scale}. */
@NullMarked
package io.pipeforce.bench.scale;

import org.jspecify.annotations.NullMarked;
